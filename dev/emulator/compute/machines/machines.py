"""Virtual machines and scale sets, as far as images care: they name one, and use it while they are provisioned."""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import partial

from dev.emulator.compute.any_resource.api_versions import MACHINES
from dev.emulator.compute.any_resource.bodies import Body, OsType, ResourceBody, parse
from dev.emulator.compute.any_resource.deletion import accept_delete
from dev.emulator.compute.any_resource.errors import PARENT_RESOURCE_NOT_FOUND
from dev.emulator.compute.any_resource.lifecycle import Kind, accept_write, check_name, checked_location, show_one
from dev.emulator.compute.any_resource.operation_status import Family
from dev.emulator.compute.any_resource.rules import SECURITY_TYPES_WITH_GUEST_STATE
from dev.emulator.compute.any_resource.views import shown
from dev.emulator.compute.galleries import soft_deletion
from dev.emulator.compute.machines import machine_shape
from dev.emulator.compute.machines.machine_errors import IMAGE_CANNOT_BE_FOUND, MANAGED_IMAGE_NOT_SUPPORTED
from dev.emulator.compute.machines.sizes import refuse_image_without_nvme
from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import GROUP_SCOPE, SUBSCRIPTION_SCOPE, Routes
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_NAME_RULE = re.compile(r"^[^_\W][\w.\-]{0,63}(?<![-.])$", re.ASCII)
VIRTUAL_MACHINES = Kind("Microsoft.Compute/virtualMachines", "virtualMachine", Family.COMPUTE, "vmName", _NAME_RULE)
SCALE_SETS = Kind(
    "Microsoft.Compute/virtualMachineScaleSets", "virtualMachine", Family.COMPUTE, "vmScaleSetName", _NAME_RULE
)
INSTANCES = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines"  # read only: put there by hand


class _ImageReference(Body):
    id: str | None = None


class _OsDisk(Body):
    os_type: OsType | None = None
    disk_size_gb: int | None = None


class _DataDisk(Body):
    lun: int
    disk_size_gb: int | None = None


class _StorageProfile(Body):
    image_reference: _ImageReference | None = None
    os_disk: _OsDisk | None = None
    data_disks: list[_DataDisk] | None = None


class _SecurityProfile(Body):
    security_type: str | None = None


class _Profile(Body):
    storage_profile: _StorageProfile | None = None
    security_profile: _SecurityProfile | None = None


class _HardwareProfile(Body):
    vm_size: str | None = None


class _Properties(_Profile):
    hardware_profile: _HardwareProfile | None = None
    virtual_machine_profile: _Profile | None = None

    @property
    def profile(self) -> _Profile:
        """A machine has it at the top, a scale set one level deeper."""
        return self.virtual_machine_profile or self


class MachineBody(ResourceBody):
    """PUT of either."""

    location: str
    properties: _Properties = _Properties()

    @property
    def size(self) -> str | None:
        """A machine has it in its hardware, a scale set in its SKU."""
        hardware, sku = self.properties.hardware_profile, self.other_fields().get("sku")
        if hardware:
            return hardware.vm_size
        return sku.get("name") if isinstance(sku, dict) else None


def register(routes: Routes) -> None:
    for kind in (VIRTUAL_MACHINES, SCALE_SETS):
        all_ = f"/providers/{kind.type}"
        one = f"{GROUP_SCOPE}{all_}/{{{kind.name_parameter}}}"
        routes.add("PUT", one, partial(_create_or_update, kind), MACHINES)
        routes.add("GET", one, show_one, MACHINES)
        routes.add("DELETE", one, partial(_delete, kind), MACHINES)
        routes.add("GET", GROUP_SCOPE + all_, partial(_list, kind), MACHINES)
        routes.add("GET", SUBSCRIPTION_SCOPE + all_, partial(_list, kind), MACHINES)
    set_ = f"{GROUP_SCOPE}/providers/{SCALE_SETS.type}/{{{SCALE_SETS.name_parameter}}}"
    routes.add("GET", f"{set_}/virtualMachines", _list_instances, MACHINES)


def being_provisioned_from(world: World, image_id: str) -> list[str]:
    """Names of the machines whose creation from this image is still running."""
    return list(dict.fromkeys(_provisioning_from(world, image_id)))


def _provisioning_from(world: World, image_id: str) -> Iterator[str]:
    for operation in world.operations.running():
        machine = world.resources.get(operation.resource_id)
        reads_it = operation.source_id and operation.source_id.lower() == image_id.lower()
        if machine and reads_it and operation.kind == "virtualMachineCreate":
            yield machine.name


def _create_or_update(kind: Kind, world: World, request: ArmRequest) -> ArmResponse:
    check_name(kind, request.names[kind.name_parameter])
    existing = world.resources.get(request.path)
    location = checked_location(kind, request, existing)
    body = parse(MachineBody, request.body, kind.duration_name)
    known, now = deepcopy(existing.properties) if existing else {}, world.clock.now()
    sent = body.properties.json_form()
    if kind is SCALE_SETS:
        properties = machine_shape.of_scale_set(sent, known, now)
    else:
        properties = machine_shape.of_machine(sent, known, now, request.path)
    image_id = _usable_image(world, _Properties.model_validate(properties).profile)
    if image_id:
        refuse_image_without_nvme(world, image_id, body.size)
    document = {**body.other_fields(), "id": request.path, "location": location, "tags": body.tags}
    machine = Resource.from_document(document | {"properties": properties}, kind.type)
    return accept_write(world, request, kind, machine, source_id=image_id)


def _usable_image(world: World, profile: _Profile) -> str | None:
    """The id of the image the model is made from, if any; it must exist and suit the security type."""
    image_id, security = _image_of(profile), _security(profile)
    if image_id and _is_managed(image_id):
        if security in SECURITY_TYPES_WITH_GUEST_STATE:
            raise ArmError(MANAGED_IMAGE_NOT_SUPPORTED, security_type=security)
        if world.resources.get(image_id) is None:
            raise ArmError(IMAGE_CANNOT_BE_FOUND, id=image_id)
    if image_id and "/galleries/" in image_id.lower():
        soft_deletion.refuse_use(world, image_id)
    return image_id


def _image_of(profile: _Profile) -> str | None:
    reference = profile.storage_profile.image_reference if profile.storage_profile else None
    return reference.id if reference else None


def _is_managed(image_id: str | None) -> bool:
    return "/providers/microsoft.compute/images/" in (image_id or "").lower()


def _security(profile: _Profile) -> str | None:
    return profile.security_profile.security_type if profile.security_profile else None


def _delete(kind: Kind, world: World, request: ArmRequest) -> ArmResponse:
    return accept_delete(world, request, kind)


def _list_instances(world: World, request: ArmRequest) -> ArmResponse:
    scale_set = request.path.rpartition("/")[0]
    if world.resources.get(scale_set) is None:
        raise ArmError(PARENT_RESOURCE_NOT_FOUND, name=scale_set.rpartition("/")[2])
    return list_page(world, request, INSTANCES, scale_set, partial(shown, request))


def _list(kind: Kind, world: World, request: ArmRequest) -> ArmResponse:
    return list_page(world, request, kind.type, request.scope, partial(shown, request))
