"""Microsoft.Compute/images: managed images, made from a virtual machine, a managed disk, a snapshot or a blob.

Disks, snapshots and blobs are not emulated: their ids are believed. A virtual machine must exist.
"""

import re
from copy import deepcopy
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
from dev.emulator.compute.images.image_bodies import ImageBody, ImagePatch, ImageProperties
from dev.emulator.compute.images.machine_errors import IMAGE_BEING_PROVISIONED, SOURCE_VM_NOT_FOUND
from dev.emulator.compute.images.machines import being_provisioned_from
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
_DEFAULT_DISK_GIB = {"Linux": 30, "Windows": 127}


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
    properties = _properties(world, body.properties)
    if existing:
        _refuse_another_source(existing.properties, properties)
    image = existing or Resource.from_document({"id": request.path, "location": location}, KIND.type)
    image.tags, image.other, image.properties = body.tags, body.other_fields(), properties
    if not existing:
        image.hidden["plan"] = _inherited_plan(world, body.properties)
    return accept_write(world, request, KIND, image)


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


def _properties(world: World, sent: ImageProperties) -> dict[str, Any]:
    if sent.source_virtual_machine:
        return _captured(world, sent, sent.source_virtual_machine.id)
    if sent.storage_profile is None:
        raise ArmError(REQUIRED_PARAMETER_MISSING, parameter="storageProfile")
    shown = sent.json_form()
    os_disk = shown["storageProfile"]["osDisk"]
    if not os_disk.keys() & {"managedDisk", "snapshot", "blobUri"}:
        raise ArmError(REQUIRED_PARAMETER_MISSING, parameter="storageProfile.osDisk.managedDisk")
    os_disk.setdefault("diskSizeGB", _DEFAULT_DISK_GIB[os_disk["osType"]])
    return shown


def _captured(world: World, sent: ImageProperties, machine_id: str) -> dict[str, Any]:
    """The disks of a virtual machine, as its storage profile names them."""
    machine = world.resources.get(machine_id)
    if machine is None:
        raise ArmError(SOURCE_VM_NOT_FOUND, id=machine_id)
    storage = deepcopy(machine.properties.get("storageProfile") or {})
    os_disk = {"osType": "Linux", "caching": "ReadWrite", **(storage.get("osDisk") or {})}
    kept = ("osType", "diskSizeGB", "managedDisk", "caching")
    image_disk = {key: os_disk[key] for key in kept if key in os_disk}
    image_disk.setdefault("diskSizeGB", _DEFAULT_DISK_GIB[image_disk["osType"]])
    return {
        **sent.json_form(),
        "storageProfile": {
            "osDisk": {**image_disk, "osState": "Generalized", "storageAccountType": "Standard_LRS"},
            "dataDisks": storage.get("dataDisks") or [],
            "zoneResilient": False,
        },
    }


def _inherited_plan(world: World, sent: ImageProperties) -> dict[str, str] | None:
    """The purchase plan of the captured machine: the image does not show it, but its versions must match it."""
    source = sent.source_virtual_machine
    machine = world.resources.get(source.id) if source else None
    return machine.other.get("plan") if machine else None


def _refuse_another_source(known: dict[str, Any], sent: dict[str, Any]) -> None:
    for name in ("managedDisk", "snapshot", "blobUri"):
        before, after = (of["storageProfile"]["osDisk"].get(name) for of in (known, sent))
        if str(before).lower() != str(after).lower():
            raise ArmError(PROPERTY_CHANGE_NOT_ALLOWED, property=f"osDisk.{name}")
