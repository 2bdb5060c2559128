"""Microsoft.Compute/galleries/images/versions: image versions, created and updated by operations of minutes."""

from datetime import datetime
from functools import partial
from typing import Any

from dev.emulator.compute.any_resource.api_versions import GALLERIES
from dev.emulator.compute.any_resource.bodies import parse
from dev.emulator.compute.any_resource.deletion import accept_delete
from dev.emulator.compute.any_resource.lifecycle import (
    accept_write,
    check_end_of_life,
    checked_location,
    must_find,
    require_parents,
)
from dev.emulator.compute.any_resource.quotas import require_quota
from dev.emulator.compute.any_resource.rules import LARGEST_VERSION_NUMBER
from dev.emulator.compute.any_resource.views import shown
from dev.emulator.compute.galleries import image_definitions, soft_deletion
from dev.emulator.compute.galleries.gallery_bodies import VersionBody, VersionPatch, VersionProperties
from dev.emulator.compute.versions import old_sources, publishing, replication, source, version_disks
from dev.emulator.compute.versions.publication import KIND, publish
from dev.emulator.compute.versions.source_access import require_source_access
from dev.emulator.compute.versions.targets import require_usable_targets
from dev.emulator.compute.versions.version_errors import (
    DELETION_BLOCKED_BEFORE_END_OF_LIFE,
    INVALID_VERSION_NAME,
    MARKED_FOR_DELETION,
    TOO_MANY_REQUESTS_ON_SOURCE,
)
from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import Routes
from dev.emulator.vocabulary.errors import (
    INVALID_PARAMETER,
    PROPERTY_CHANGE_NOT_ALLOWED,
    ArmError,
)
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import ResourceId
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_ALL = image_definitions.TEMPLATE + "/versions"
_ONE = _ALL + "/{galleryImageVersionName}"
_EXPANSIONS = frozenset({"", "replicationstatus", "uefisettings", "validationprofile"})
_UNSUSPECTED = {"reportedForPolicyViolation": False, "allowDeletionOfReplicatedLocations": False}
_SOURCE = "galleryImageVersion.properties.storageProfile.source.id"


def register(routes: Routes) -> None:
    routes.add("PUT", _ONE, create_or_update, GALLERIES)
    routes.add("PATCH", _ONE, update, GALLERIES)
    routes.add("GET", _ONE, show, GALLERIES)
    routes.add("DELETE", _ONE, delete, GALLERIES)
    routes.add("GET", _ALL, list_in_definition, GALLERIES)


def create_or_update(world: World, request: ArmRequest) -> ArmResponse:
    _check_name(request.names["galleryImageVersionName"])
    if restored := soft_deletion.restore(world, request):
        return accept_write(world, request, KIND, restored)
    return old_sources.accepted(request, _put(world, request))


def _put(world: World, request: ArmRequest) -> ArmResponse:
    require_parents(world, ResourceId.parse(request.path).parent, writing=True)
    existing = world.resources.get(request.path)
    location = checked_location(KIND, request, existing)
    body = parse(VersionBody, old_sources.read(request), "galleryImageVersion")
    _check_end_of_life(world, body.properties)
    if existing:
        _refuse_while_deleting(existing)
        _refuse_another_source(existing, body.properties)
        known = existing.properties.get("publishingProfile") or {}
        profile = publishing.replaced(known, body.properties.publishing_profile, location, request.api_version)
        return _update(world, request, existing, body, profile)
    now = world.clock.now()
    profile = publishing.created(body.properties.publishing_profile, location, now, request.api_version)
    return _create(world, request, location, body, profile)


def update(world: World, request: ArmRequest) -> ArmResponse:
    version = must_find(world, request)
    patch = parse(VersionPatch, request.body, "galleryImageVersion")
    _check_end_of_life(world, patch.properties)
    _refuse_while_deleting(version)
    _refuse_another_source(version, patch.properties)
    known, location = version.properties.get("publishingProfile") or {}, str(version.location)
    profile = publishing.merged(known, patch.properties.publishing_profile, location, request.api_version)
    if patch.tags is None:
        patch.tags = version.tags
    return old_sources.accepted(request, _update(world, request, version, patch, profile))


def show(world: World, request: ArmRequest) -> ArmResponse:
    expand = request.query.get("$expand", "")
    wished = {part.strip().lower() for part in expand.split(",")}
    if not wished <= _EXPANSIONS:
        raise ArmError(INVALID_PARAMETER, parameter="$expand", reason=f"'{expand}' is not supported")
    version = must_find(world, request)
    document = _shown(request, version)
    if "replicationstatus" in wished:
        document["properties"]["replicationStatus"] = replication.status(version, world.clock.now())
    return ArmResponse(200, document)


def delete(world: World, request: ArmRequest) -> ArmResponse:
    require_parents(world, ResourceId.parse(request.path).parent)
    version = world.resources.get(request.path)
    if version:
        _refuse_before_end_of_life(world, version)
        soft_deletion.refuse_failed(world, request, version)
    return accept_delete(world, request, KIND, keep=partial(soft_deletion.keep, world, request))


def list_in_definition(world: World, request: ArmRequest) -> ArmResponse:
    parent = request.path.rpartition("/")[0]
    require_parents(world, parent)
    return list_page(world, request, KIND.type, parent, partial(_shown, request))


def _shown(request: ArmRequest, version: Resource) -> dict[str, Any]:
    return old_sources.shown(request, shown(request, version))


def _create(
    world: World, request: ArmRequest, location: str, body: VersionBody, profile: dict[str, Any]
) -> ArmResponse:
    storage = source.required(body.properties.storage_profile)
    require_usable_targets(world, request, profile)
    source.require_no_guest_state(storage, world.resources.get(ResourceId.parse(request.path).parent))
    require_source_access(world, request, storage)
    require_quota(world, request, KIND.type, location)
    if named := source.source_id(storage):
        _refuse_busy_source(world, named)
    document: dict[str, Any] = {"id": request.path, "location": location, "tags": body.tags, **body.other_fields()}
    document["properties"] = {
        "publishingProfile": profile,
        "storageProfile": version_disks.begun(storage),
        "safetyProfile": _UNSUSPECTED | body.properties.safety_profile.json_form(),
        **body.properties.security_form(),
    }
    version = Resource.from_document(document, KIND.type)
    return publish(world, request, version, shortest=world.settings.duration("imageVersionCreate"), waits=True)


def _update(
    world: World, request: ArmRequest, version: Resource, body: VersionBody | VersionPatch, profile: dict[str, Any]
) -> ArmResponse:
    """Sources and what is not sent stay; regions are as the profile says now."""
    require_usable_targets(world, request, profile)
    version.tags = body.tags
    sent = body.properties.json_form()
    version.properties["safetyProfile"] = version.properties.get("safetyProfile", {}) | sent["safetyProfile"]
    version.properties["publishingProfile"] = profile
    version.properties.setdefault("storageProfile", {})
    return publish(world, request, version, shortest=world.settings.duration("imageVersionUpdate"), waits=False)


def _check_name(name: str) -> None:
    if not KIND.name_rule.fullmatch(name) or any(int(part) > LARGEST_VERSION_NUMBER for part in name.split(".")):
        raise ArmError(INVALID_VERSION_NAME)


def _check_end_of_life(world: World, properties: VersionProperties) -> None:
    end = properties.publishing_profile.end_of_life_date
    check_end_of_life(world, end, "galleryImageVersion.properties.publishingProfile")


def _refuse_while_deleting(version: Resource) -> None:
    if version.properties.get("provisioningState") == "Deleting":
        raise ArmError(MARKED_FOR_DELETION, name=version.name)


def _refuse_another_source(version: Resource, sent: VersionProperties) -> None:
    wished = source.source_id(sent.storage_profile.json_form())
    known = source.source_id(version.properties.get("storageProfile") or {})
    if wished and wished.lower() != str(known).lower():
        raise ArmError(PROPERTY_CHANGE_NOT_ALLOWED, property=_SOURCE)


def _refuse_busy_source(world: World, source_id: str) -> None:
    """One version at a time may be made from a source."""
    for operation in world.operations.running():
        if operation.kind == "imageVersionCreate" and str(operation.source_id).lower() == source_id.lower():
            version = world.resources.get(operation.resource_id)
            if version and version.properties["provisioningState"] != "Deleting":
                raise ArmError(TOO_MANY_REQUESTS_ON_SOURCE, id=source_id)


def _refuse_before_end_of_life(world: World, version: Resource) -> None:
    protected = (version.properties.get("safetyProfile") or {}).get("blockDeletionBeforeEndOfLife")
    end = (version.properties.get("publishingProfile") or {}).get("endOfLifeDate")
    if protected and end and datetime.fromisoformat(end) > world.clock.now():
        raise ArmError(DELETION_BLOCKED_BEFORE_END_OF_LIFE)
