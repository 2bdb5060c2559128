"""Microsoft.Compute/images: managed images, made from a virtual machine, a managed disk, a snapshot or a blob.

Disks, snapshots and blobs are not emulated: their ids are believed. A virtual machine must exist.
"""

import re
from datetime import datetime
from functools import partial
from typing import Any

from dev.emulator.compute.any_resource.api_versions import IMAGES
from dev.emulator.compute.any_resource.bodies import parse
from dev.emulator.compute.any_resource.deletion import accept_delete
from dev.emulator.compute.any_resource.lifecycle import (
    Kind,
    accept_write,
    check_name,
    checked_location,
    must_find,
    show_one,
)
from dev.emulator.compute.any_resource.operation_status import Family
from dev.emulator.compute.any_resource.views import shown
from dev.emulator.compute.images import image_disks
from dev.emulator.compute.images.image_bodies import ImageBody, ImagePatch, ImageProperties
from dev.emulator.compute.images.image_errors import IMAGE_BEING_PROVISIONED, SOURCE_VM_NOT_FOUND
from dev.emulator.compute.machines.machines import being_provisioned_from
from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import GROUP_SCOPE, SUBSCRIPTION_SCOPE, Routes
from dev.emulator.vocabulary.errors import PROPERTY_CHANGE_NOT_ALLOWED, REQUIRED_PARAMETER_MISSING, ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

KIND = Kind(
    type="Microsoft.Compute/images",
    duration_name="image",
    family=Family.COMPUTE,
    name_parameter="imageName",
    name_rule=re.compile(r"^[^_\W][\w.\-]{0,79}(?<![-.])$", re.ASCII),
)
_ALL = "/providers/Microsoft.Compute/images"


def register(routes: Routes) -> None:
    one = GROUP_SCOPE + _ALL + "/{imageName}"
    routes.add("PUT", one, create_or_update, IMAGES)
    routes.add("PATCH", one, update, IMAGES)
    routes.add("GET", one, show_one, IMAGES)
    routes.add("DELETE", one, delete, IMAGES)
    routes.add("GET", GROUP_SCOPE + _ALL, list_in_scope, IMAGES)
    routes.add("GET", SUBSCRIPTION_SCOPE + _ALL, list_in_scope, IMAGES)


def create_or_update(world: World, request: ArmRequest) -> ArmResponse:
    check_name(KIND, request.names["imageName"])
    existing = world.resources.get(request.path)
    location = checked_location(KIND, request, existing)
    body = parse(ImageBody, request.body, "image")
    machine = _source_machine(world, body.properties)
    properties = _begun(body.properties, machine)
    storage = properties["storageProfile"]
    sizes = image_disks.sizes(world, storage, machine)
    image = existing or Resource.from_document({"id": request.path, "location": location}, KIND.type)
    if existing:
        _refuse_another_source(existing.properties, properties)
        image_disks.finish(storage, sizes)
    image.tags, image.other, image.properties = body.tags, body.other_fields(), properties

    def conclude(made: Resource, _at: datetime) -> None:
        image_disks.finish(made.properties["storageProfile"], sizes)

    return accept_write(world, request, KIND, image, conclude=conclude)


def update(world: World, request: ArmRequest) -> ArmResponse:
    image = must_find(world, request)
    patch = parse(ImagePatch, request.body, "image")
    if patch.tags is not None:
        image.tags = patch.tags
    return accept_write(world, request, KIND, image)


def delete(world: World, request: ArmRequest) -> ArmResponse:
    busy = being_provisioned_from(world, request.path)
    refusal = None
    if busy:
        name = request.names["imageName"]
        refusal = ArmError(IMAGE_BEING_PROVISIONED, machines=",".join(busy), image=name)
    return accept_delete(world, request, KIND, refusal=refusal)


def list_in_scope(world: World, request: ArmRequest) -> ArmResponse:
    """Of a group or of the subscription."""
    return list_page(world, request, KIND.type, request.scope, partial(shown, request))


def _source_machine(world: World, sent: ImageProperties) -> Resource | None:
    if sent.source_virtual_machine is None:
        return None
    machine = world.resources.get(sent.source_virtual_machine.id)
    if machine is None:
        raise ArmError(SOURCE_VM_NOT_FOUND, id=sent.source_virtual_machine.id)
    return machine


def _begun(sent: ImageProperties, machine: Resource | None) -> dict[str, Any]:
    """What the image shows while it is made: the source, and of the storage profile all but the sizes."""
    properties = sent.json_form()
    storage = properties.setdefault("storageProfile", {})
    if machine:
        storage |= image_disks.captured(machine)
        return properties
    if "osDisk" not in storage:
        raise ArmError(REQUIRED_PARAMETER_MISSING, parameter="storageProfile.osDisk")
    if not storage["osDisk"].keys() & {"managedDisk", "snapshot", "blobUri"}:
        raise ArmError(REQUIRED_PARAMETER_MISSING, parameter="storageProfile.osDisk.managedDisk")
    return properties


def _refuse_another_source(known: dict[str, Any], sent: dict[str, Any]) -> None:
    for name in ("managedDisk", "snapshot", "blobUri"):
        before, after = (of["storageProfile"]["osDisk"].get(name) for of in (known, sent))
        if str(before).lower() != str(after).lower():
            raise ArmError(PROPERTY_CHANGE_NOT_ALLOWED, property=f"osDisk.{name}")
