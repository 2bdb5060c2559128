"""Soft delete: a gallery that wants it keeps its deleted image versions, lists them and gives them back.

They are kept beside the store, in the gallery itself: nothing finds them but the two operations made for them, and
machines. Two phases, as the models of API 2026-03-03 describe them (azure-mgmt-compute 39.0.0): for
`retentionPeriodInDays` a version is used by its exact number and never as latest; for `gracePeriodInDays` more it can
only be restored. Unverified: what each refusal says, that there is no grace where none is named, and that a changed
policy changes the dates of what was deleted before.
"""

from datetime import datetime, timedelta
from typing import Any

from dev.emulator.compute.any_resource.api_versions import GALLERIES
from dev.emulator.compute.any_resource.errors import (
    FAILED_VERSION_UNDER_SOFT_DELETE,
    NO_LATEST_VERSION,
    SOFT_DELETED_VERSION_IN_GRACE,
)
from dev.emulator.compute.any_resource.lifecycle import must_find, require_parents
from dev.emulator.compute.galleries import galleries
from dev.emulator.front_door.routes import Routes
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import ResourceId
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_TYPE = "Microsoft.Compute/galleries/softDeletedArtifactTypes/artifacts/versions"
_ALL = galleries.TEMPLATE + "/softDeletedArtifactTypes/{artifactType}/artifacts/{artifactName}/versions"
_RETENTION_DAYS = 7  # unless the policy says otherwise
_LONGEST_DAYS = 36_500  # a date beyond that may be none
_SINCE = "2024-03-03"
_DATES_SINCE = "2026-03-03"
_VERSION = "Microsoft.Compute/galleries/images/versions"


def register(routes: Routes) -> None:
    routes.add("GET", _ALL, _list, frozenset(version for version in GALLERIES if version >= _SINCE))


def keep(world: World, request: ArmRequest, version: Resource, at: datetime) -> None:
    """Called when a version is gone; `bypassSoftDelete=true` deletes for good."""
    gallery = _gallery_of(world, version.id)
    if gallery and _is_on(gallery, request):
        gallery.hidden.setdefault("softDeleted", {})[version.id.lower()] = (version, at)


def refuse_failed(world: World, request: ArmRequest, version: Resource) -> None:
    """A version in state Failed stays while soft delete is on: the limitation that the page on soft delete names."""
    gallery = _gallery_of(world, version.id)
    if gallery and _is_on(gallery, request) and version.properties.get("provisioningState") == "Failed":
        raise ArmError(FAILED_VERSION_UNDER_SOFT_DELETE, name=version.name)


def restore(world: World, request: ArmRequest) -> Resource | None:
    """Takes back the version a PUT names, if it is kept: one with `restore`, or (as `az` sends it) without a source."""
    properties = request.body.get("properties") or {}
    gallery = _gallery_of(world, request.path)
    if gallery is None or not isinstance(properties, dict):
        return None
    if properties.get("restore") is not True and properties.get("storageProfile"):
        return None
    require_parents(world, ResourceId.parse(request.path).parent)
    if request.path.lower() not in _kept(world, gallery):
        return None
    version, _ = gallery.hidden["softDeleted"].pop(request.path.lower())
    version.properties["provisioningState"] = "Succeeded"
    restored: Resource = world.resources.put(version)
    return restored


def refuse_use(world: World, image_id: str) -> None:
    """Called when a machine names an image: a deleted version is used by its exact number, while it is retained."""
    gallery = _gallery_of(world, image_id)
    kept = _kept(world, gallery) if gallery else {}
    definition, _, number = image_id.lower().partition("/versions/")
    if gallery and image_id.lower() in kept:
        if _ends(gallery, kept[image_id.lower()][1])[0] <= world.clock.now():
            raise ArmError(SOFT_DELETED_VERSION_IN_GRACE, id=image_id)
    elif number in {"", "latest"} and any(key.startswith(f"{definition}/versions/") for key in kept):
        _require_latest(world, image_id, definition)


def _require_latest(world: World, image_id: str, definition: str) -> None:
    there = world.resources.page(_VERSION, definition)
    if all((one.properties.get("publishingProfile") or {}).get("excludeFromLatest") for one in there):
        raise ArmError(NO_LATEST_VERSION, id=image_id)


def _is_on(gallery: Resource, request: ArmRequest) -> bool:
    policy = gallery.properties.get("softDeletePolicy") or {}
    return bool(policy.get("isSoftDeleteEnabled")) and request.query.get("bypasssoftdelete") != "true"


def _list(world: World, request: ArmRequest) -> ArmResponse:
    below = request.path.lower().index("/softdeletedartifacttypes/")
    gallery_request = ArmRequest("GET", request.path[:below], request.api_version, request.names)
    gallery = must_find(world, gallery_request)
    inside = f"{gallery.id}/images/{request.names['artifactName']}/versions/".lower()
    kept = _kept(world, gallery) if request.names["artifactType"].lower() == "images" else {}
    dated = request.api_version >= _DATES_SINCE
    listed = [entry for key, entry in sorted(kept.items()) if key.startswith(inside)]
    found = [_document(gallery, version, at, dated=dated) for version, at in listed]
    return ArmResponse(200, {"value": found})


def _kept(world: World, gallery: Resource) -> dict[str, tuple[Resource, datetime]]:
    """Without those that are gone for good."""
    kept: dict[str, tuple[Resource, datetime]] = gallery.hidden.setdefault("softDeleted", {})
    for key in [key for key, (_, at) in kept.items() if _ends(gallery, at)[1] <= world.clock.now()]:
        del kept[key]
    return kept


def _ends(gallery: Resource, at: datetime) -> tuple[datetime, datetime]:
    """Until when a version that was deleted then can be used, and until when it can be restored."""
    policy = gallery.properties.get("softDeletePolicy") or {}
    usable = at + timedelta(days=_days(policy.get("retentionPeriodInDays"), _RETENTION_DAYS))
    return usable, usable + timedelta(days=_days(policy.get("gracePeriodInDays"), 0))


def _days(named: object, otherwise: int) -> int:
    return min(named, _LONGEST_DAYS) if isinstance(named, int) and named > 0 else otherwise


def _document(gallery: Resource, version: Resource, at: datetime, *, dated: bool) -> dict[str, Any]:
    definition = ResourceId.parse(ResourceId.parse(version.id).parent).name
    usable, gone = (end.isoformat(timespec="seconds") for end in _ends(gallery, at))
    dates = {"consumptionEndTime": usable, "hardDeletionTargetTime": gone} if dated else {}
    return {
        "id": f"{gallery.id}/softDeletedArtifactTypes/Images/artifacts/{definition}/versions/{version.name}",
        "name": version.name,
        "type": _TYPE,
        "location": version.location,
        "properties": {
            "resourceArmId": version.id,
            "softDeletedArtifactType": "Images",
            "softDeletedTime": at.isoformat(timespec="seconds"),
            **dates,
        },
    }


def _gallery_of(world: World, version_id: str) -> Resource | None:
    return world.resources.get("/".join(version_id.split("/")[:9]))
