"""Image versions: read, list, create, update. None is deleted, and an update drops no region: it reads and merges."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from arm.resources.version_bodies import (
    deleted_version_from,
    moment_from,
    region_from,
    target_body,
    version_from,
    with_source,
)
from arm.transport.client import compute
from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from arm.transport.operations import start
from arm.transport.reading import each_understood, read, read_all, understood
from arm.transport.recent import Recent
from migration.plan.plan import Plan
from migration.resources.gallery import DeletedVersion, ImageVersion
from migration.resources.operation import Operation
from migration.values.answer import Refusal
from migration.values.ids import IMAGE_DEFINITION, IMAGE_VERSION, ResourceId
from migration.values.image_version.regions import TargetRegion, normalise_region

MOST_LISTS = 256  # of definitions: what somebody who looks at one may need again

_versions: Recent[list[ImageVersion]] = Recent(MOST_LISTS)  # by definition
_SAFETY = ("allowDeletionOfReplicatedLocations", "blockDeletionBeforeEndOfLife")
_READ_ONLY = ("provisioningState", "replicationStatus", "validationsProfile")


async def get_version(version_id: str, *, with_replication: bool = False) -> ImageVersion | None:
    """Read an image version, with its replication status if asked; None where there is none."""
    body = await _read_version(version_id, with_replication=with_replication)
    return None if body is None else understood(version_from, body)


async def list_versions(definition_id: str, not_before: datetime | None = None) -> list[ImageVersion]:
    """List the versions of an image definition, over all pages, as they were since `not_before` (None: now)."""
    definition = ResourceId.parse(definition_id, IMAGE_DEFINITION)

    async def listed(_begun_at: datetime) -> list[ImageVersion]:
        listing = compute(definition.subscription).gallery_image_versions.list_by_gallery_image
        bodies = await read_all(listing, definition.resource_group, *definition.names)
        found = zip(each_understood(ImageVersion, version_from, bodies), bodies, strict=True)
        return [with_source(version, body) if version.unreadable else version for version, body in found]

    return await _versions.get(str(definition).lower(), not_before or datetime.now(UTC), listed)


async def list_deleted_versions(definition_id: str) -> list[DeletedVersion] | None:
    """Return the versions that were deleted and that their gallery keeps for some days (soft delete).

    None where they may not be read: no document names the right to, and a role with a wrong name cannot be deployed, so
    that ours has none. Reader has it.
    """
    definition = ResourceId.parse(definition_id, IMAGE_DEFINITION)
    gallery, name = definition.names
    listing = compute(definition.subscription).soft_deleted_resource.list_by_artifact_name
    try:
        found = await read_all(listing, definition.resource_group, gallery, "Images", name)
    except (ArmRefusedError, ArmNotFoundError):
        return None
    return [deleted_version_from(item) for item in found]


async def start_version(plan: Plan, version_id: str, tags: dict[str, str]) -> Operation:
    """Start creating the image version of a plan; it stays out of `latest` until it has been approved."""
    publishing: dict[str, Any] = {
        "targetRegions": [target_body(region) for region in plan.target_regions],
        "excludeFromLatest": True,
    }
    if plan.end_of_life_date is not None:
        publishing["endOfLifeDate"] = plan.end_of_life_date.isoformat()
    body = {
        "location": plan.source.location,
        "tags": tags,
        "properties": {
            "publishingProfile": publishing,
            "storageProfile": {"source": {"id": plan.source.id}},
        },
    }
    return await _write_version(version_id, body)


async def start_version_update(
    version_id: str,
    *,
    add_regions: list[TargetRegion] | None = None,
    end_of_life: datetime | None = None,
) -> Operation | None:
    """Start changing a version, keeping everything else as it is; None where nothing would change.

    `add_regions` are added, or raised to their replica count; no other region is touched.
    """
    body = await _read_version(version_id, with_replication=False)
    if body is None:
        raise ArmNotFoundError("VersionNotFound", f"{version_id} does not exist")
    return await _update_version(version_id, body, add_regions or [], end_of_life)


async def start_promotion(
    version_id: str,
    against: Callable[[ImageVersion | None], Refusal | None],
    *,
    excluded: bool,
    safety: dict[str, bool],
) -> Operation | Refusal | None:
    """Start letting a version become `latest`, unless it is to stay `excluded`, and make it as safe as is asked.

    `safety` is what of the safety profile is to be so. `against` says why not, of the
    version as it is read for the change itself; None where nothing would change.
    """
    body = await _read_version(version_id, with_replication=True)
    refusal = against(understood(version_from, body) if body else None)
    if refusal is not None or body is None:
        return refusal
    latest = None if excluded else False
    return await _update_version(version_id, body, [], None, exclude_from_latest=latest, safety=safety)


async def start_exclusion(
    version_id: str, against: Callable[[ImageVersion | None], Refusal | None]
) -> Operation | Refusal | None:
    """Start keeping a version out of `latest`, and everything else as it is; None where it is out already.

    `against` says why not, of the version as it is read for the change itself.
    """
    body = await _read_version(version_id, with_replication=False)
    refusal = against(understood(version_from, body) if body else None)
    if refusal is not None or body is None:
        return refusal
    return await _update_version(version_id, body, [], None, exclude_from_latest=True)


async def _update_version(
    version_id: str,
    body: dict[str, Any],
    add_regions: list[TargetRegion],
    end_of_life: datetime | None,
    *,
    exclude_from_latest: bool | None = None,
    safety: dict[str, bool] | None = None,
) -> Operation | None:
    properties = {key: value for key, value in body["properties"].items() if key not in _READ_ONLY}
    publishing = dict(properties["publishingProfile"])
    changed = {**publishing, "targetRegions": _merged(publishing, add_regions)}
    if end_of_life is not None and moment_from(publishing.get("endOfLifeDate")) != end_of_life:
        changed["endOfLifeDate"] = end_of_life.isoformat()
    if exclude_from_latest is not None:
        changed["excludeFromLatest"] = exclude_from_latest
    safe = properties.get("safetyProfile") or {}
    if {**publishing, "excludeFromLatest": publishing.get("excludeFromLatest", False)} == changed and all(
        safe.get(name) == value for name, value in (safety or {}).items()
    ):
        return None
    if safety:
        properties["safetyProfile"] = {name: safe[name] for name in _SAFETY if name in safe} | safety
    changed.pop("publishedDate", None)
    if changed.get("storageAccountType"):  # the two are refused together, and neither can be changed
        changed.pop("storageAccountStrategy", None)
    properties["publishingProfile"] = changed
    return await _write_version(
        version_id, {"location": body["location"], "tags": body.get("tags") or {}, "properties": properties}
    )


async def _read_version(version_id: str, *, with_replication: bool) -> dict[str, Any] | None:
    target = ResourceId.parse(version_id, IMAGE_VERSION)
    expand = {"expand": "ReplicationStatus"} if with_replication else {}
    operations = compute(target.subscription).gallery_image_versions
    return await read(operations.get(target.resource_group, *target.names, **expand))


async def _write_version(version_id: str, body: dict[str, Any]) -> Operation:
    target = ResourceId.parse(version_id, IMAGE_VERSION)
    begin = compute(target.subscription).gallery_image_versions.begin_create_or_update
    return await start(begin, target.resource_group, *target.names, body)


def _merged(publishing: dict[str, Any], wanted: list[TargetRegion]) -> list[dict[str, Any]]:
    merged = {normalise_region(region["name"]): region for region in publishing.get("targetRegions") or []}
    for region in wanted:
        current = merged.get(region.name)
        if current is None:
            merged[region.name] = target_body(region)
        elif region_from(current, publishing).replica_count < region.replica_count:
            merged[region.name] = {**current, "regionalReplicaCount": region.replica_count}
    return list(merged.values())
