"""The source of an image version: which one it names, whether that fits the definition and may be copied."""

import json
from typing import Any

from dev.emulator.compute.any_resource.rules import LARGEST_DISK_GIB, SECURITY_TYPES_WITH_GUEST_STATE
from dev.emulator.compute.galleries.gallery_bodies import VersionStorageProfile
from dev.emulator.compute.versions.version_errors import (
    EXCEEDS_MAX_SIZE_DETAILS,
    GENERATION_MISMATCH,
    MANAGED_IMAGE_HAS_NO_GUEST_STATE,
    OS_STATE_MISMATCH,
    OS_TYPE_MISMATCH,
    PLAN_MISMATCH,
    SOURCE_NOT_FOUND,
)
from dev.emulator.vocabulary.errors import REQUIRED_PARAMETER_MISSING, ArmError, ErrorKind
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_IMAGE = "microsoft.compute/images"
_MACHINE = "microsoft.compute/virtualmachines"
_PARAMETER = "galleryImageVersion.properties.storageProfile.source.id"


def source_id(storage: dict[str, Any]) -> str | None:
    """The one resource the version is made from; None for disks, snapshots and blobs named one by one."""
    source = storage.get("source") or {}
    return source.get("id") or source.get("virtualMachineId") or source.get("communityGalleryImageId")


def required(sent: VersionStorageProfile) -> dict[str, Any]:
    """The storage profile of a create, which must name a source."""
    storage = sent.json_form()
    disk_source = (storage.get("osDiskImage") or {}).get("source")
    if not source_id(storage) and not disk_source:
        raise ArmError(REQUIRED_PARAMETER_MISSING, parameter=_PARAMETER)
    return storage


def problem(world: World, version: Resource, definition: Resource) -> ArmError | None:
    """Why the source cannot become a version of this definition: found out by the operation, at once."""
    storage = version.properties["storageProfile"]
    named = source_id(storage)
    if named is None or "communityGalleryImageId" in (storage.get("source") or {}):
        return None
    found = world.resources.get(named)
    if found is None or found.location != version.location:
        return ArmError(SOURCE_NOT_FOUND, id=named)
    return _mismatch(found, definition)


def require_no_guest_state(storage: dict[str, Any], definition: Resource | None) -> None:
    """Of a managed image, whose copies can start no machine of the definition's security type. Answered at once."""
    named, features = source_id(storage), definition.properties.get("features") if definition else None
    security = next((one.get("value") for one in features or () if one.get("name") == "SecurityType"), None)
    if named and f"/providers/{_IMAGE}/" in named.lower() and security in SECURITY_TYPES_WITH_GUEST_STATE:
        raise ArmError(MANAGED_IMAGE_HAS_NO_GUEST_STATE, id=named, security_type=security)


def oversize_details(world: World, storage: dict[str, Any]) -> str | None:
    """Why no region can complete, if a disk is larger than the service copies."""
    found = emulated_source(world, storage)
    largest = max((disk.get("diskSizeGB", 0) for disk in source_disks(found)), default=0) if found else 0
    if largest > LARGEST_DISK_GIB:
        return EXCEEDS_MAX_SIZE_DETAILS.format(size=largest, limit=LARGEST_DISK_GIB)
    return None


def is_oversize(details: str) -> bool:
    return details.startswith(EXCEEDS_MAX_SIZE_DETAILS.partition("{")[0])


def _mismatch(source: Resource, definition: Resource) -> ArmError | None:
    """Of an image its platform; of a machine its purchase plan, which an image does not have."""
    wanted = definition.properties
    compared: tuple[tuple[ErrorKind, Any, Any], ...] = ()
    if source.type.lower() == _IMAGE:
        os_disk = source_disks(source)[0]
        compared = (
            (
                GENERATION_MISMATCH,
                source.properties.get("hyperVGeneration", "V1"),
                wanted.get("hyperVGeneration", "V1"),
            ),
            (OS_TYPE_MISMATCH, os_disk.get("osType"), wanted.get("osType")),
            (OS_STATE_MISMATCH, os_disk.get("osState", "Generalized"), wanted.get("osState")),
        )
    elif source.type.lower() == _MACHINE:
        compared = ((PLAN_MISMATCH, _plan(source.other.get("plan")), _plan(wanted.get("purchasePlan"))),)
    for kind, found, parent in compared:
        if found != parent:
            return ArmError(kind, id=source.id, source=found, definition=parent)
    return None


def _plan(plan: dict[str, str] | None) -> str:
    if not plan:
        return "null"
    return json.dumps({key: plan.get(key) for key in ("name", "publisher", "product")})


def emulated_source(world: World, storage: dict[str, Any]) -> Resource | None:
    named = source_id(storage)
    return world.resources.get(named) if named else None


def source_disks(source: Resource) -> list[dict[str, Any]]:
    """OS disk first. Of an image or a virtual machine by its disks, of another version by its disk images."""
    storage = source.properties.get("storageProfile") or {}
    if "osDiskImage" in storage:
        disks = [storage["osDiskImage"], *storage.get("dataDiskImages", [])]
        return [{**disk, "caching": disk.get("hostCaching"), "diskSizeGB": disk.get("sizeInGB", 0)} for disk in disks]
    return [storage.get("osDisk") or {}, *(storage.get("dataDisks") or [])]
