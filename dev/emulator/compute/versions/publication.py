"""How an image version comes about: its source is examined, its regions replicate, its operation ends well or not.

What is known of its validation is shown of a finished version only.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from dev.emulator.compute.any_resource.lifecycle import Kind, accept_write
from dev.emulator.compute.any_resource.operation_status import Family
from dev.emulator.compute.versions import publishing, replication, source, version_disks
from dev.emulator.compute.versions.version_errors import EXCEEDS_MAX_SIZE, REPLICATION_FAILED
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import ResourceId
from dev.emulator.world import World
from dev.emulator.world.clock import Clock
from dev.emulator.world.resources import Resource

KIND = Kind(
    type="Microsoft.Compute/galleries/images/versions",
    duration_name="imageVersion",
    family=Family.GALLERY,
    name_parameter="galleryImageVersionName",
    name_rule=re.compile(r"\d{1,10}\.\d{1,10}\.\d{1,10}", re.ASCII),
)
_OF_MARKETPLACE = ("publisher", "offer", "sku", "version")


def publish(world: World, request: ArmRequest, version: Resource, *, shortest: timedelta, waits: bool) -> ArmResponse:
    """Starts the operation and the replication. A create waits for its regions; an update does not, as observed."""
    storage = version.properties["storageProfile"]
    disk_images, validations = version_disks.copied(world, storage), _validations(world, storage)
    version.properties.pop("validationsProfile", None)
    definition = world.resources.get(ResourceId.parse(version.id).parent)
    untested = version.properties.get("provisioningState") != "Succeeded"
    misfit = source.problem(world, version, definition) if definition and untested else None
    if misfit is None:
        _replicate(world, version)

    def conclude(current: Resource, at: datetime) -> ArmError | None:
        if misfit:
            return misfit
        failed = replication.failures(current, at)
        if failed:
            return _replication_failure(failed)
        current.properties["storageProfile"] = version_disks.made(storage, disk_images)
        current.properties["validationsProfile"] = validations
        return None

    return accept_write(
        world,
        request,
        KIND,
        version,
        conclude=conclude,
        duration=timedelta(0) if misfit else max(shortest, _outcome_after(world.clock, version, waits=waits)),
        source_id=source.source_id(storage),
    )


def _validations(world: World, storage: dict[str, Any]) -> dict[str, Any]:
    """Nobody asks for a validation here; of a machine it is also said which marketplace image it was made from.

    Recorded of machines only, with publisher, offer and SKU. Whether it is said of what is made from a managed image is
    not known: on request (`imageLineages`) it is, with a version as the specification's example has it.
    """
    not_executed: dict[str, Any] = {"validationOperationStatus": "NotExecuted"}
    found = source.emulated_source(world, storage)
    machine = found.properties if found and "virtualMachineId" in (storage.get("source") or {}) else {}
    reference = (machine.get("storageProfile") or {}).get("imageReference") or {}
    lineages = {image.lower(): parts for image, parts in world.settings.image_lineages.items()}
    recorded = {part: text for part, text in reference.items() if part != "version"}
    known = lineages.get((found.id if found else "").lower(), recorded)
    attributes = [{"name": f"source_image_{part}", "value": known[part]} for part in _OF_MARKETPLACE if part in known]
    return not_executed | ({"platformAttributes": attributes} if attributes else {})


def _replication_failure(failed: list[dict[str, Any]]) -> ArmError:
    """Names the regions in its message; a disk that is too large also as a detail with a code of its own."""
    regions = ",".join(f"{{region:{entry['region']}, detail:{entry['details']}}}" for entry in failed)
    oversize = [entry for entry in failed if source.is_oversize(entry["details"])]
    details = [{"code": EXCEEDS_MAX_SIZE, "target": entry["region"], "message": entry["details"]} for entry in oversize]
    return ArmError(REPLICATION_FAILED, details=details, regions=regions)


def _replicate(world: World, version: Resource) -> None:
    """Starts what is new or had failed, keeps what runs or is complete, drops what is no longer asked for."""
    now = world.clock.now()
    properties = version.properties
    known = replication.replicas_of(version)
    failed = {entry["region"] for entry in replication.failures(version, now)}
    copies = publishing.copies(properties["publishingProfile"])
    oversize = source.oversize_details(world, properties["storageProfile"]) if copies else None
    version.hidden["replicas"] = {
        region: known[region]
        if region in known and region not in failed
        else replication.start(region, now, world.settings, oversize, copies)
        for region in publishing.short_names(properties["publishingProfile"])
    }


def _outcome_after(clock: Clock, version: Resource, *, waits: bool) -> timedelta:
    """How long until the regions this operation waits for have completed or failed; failures are always awaited."""
    now = clock.now()
    spans = [
        replica.started + replica.settled_after - now
        for replica in replication.replicas_of(version).values()
        if replica.settled_after is not None and (waits or replica.failure)
    ]
    return max(spans, default=timedelta(0))
