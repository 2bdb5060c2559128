"""Every refusal of machines that are made from a managed image, compared word for word."""

import pytest

from dev.emulator.compute.machines import machine_errors as errors
from dev.emulator.seed import SHOP_GROUP
from tests.emulator.refusals import Refusals, lines_of
from tests.support.documents import DEFINITION_ID, definition_body, image_id, machine_body

refusals = Refusals()
MACHINE = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"
TRUSTED = {"securityProfile": {"securityType": "TrustedLaunch"}}


@pytest.mark.parametrize("kind", lines_of(errors))
def test_every_refusal_comes_as_recorded(kind, arm, control):
    refusals.check(kind, arm, control)


@refusals.expect(errors.IMAGE_CANNOT_BE_FOUND, 404, "NotFound", f"The Image '{image_id('gone')}' cannot be found.")
def a_machine_from_a_missing_image(arm, control):
    return arm("PUT", MACHINE, machine_body(image_id("gone")))


@refusals.expect(
    errors.MANAGED_IMAGE_NOT_SUPPORTED,
    400,
    "BadRequest",
    "Managed Images are not supported for virtual machines with security type TrustedLaunch.",
)
def a_trusted_machine_from_a_managed_image(arm, control):
    return arm("PUT", MACHINE, machine_body(image_id("debian-legacy"), **TRUSTED))


@refusals.expect(
    errors.SIZE_CANNOT_BOOT,
    400,
    "InvalidParameter",
    "The VM size 'Standard_D8s_v6' cannot boot with OS image or disk. Please check that disk controller types "
    "supported by the OS image or disk is one of the supported disk controller types for the VM size "
    "'Standard_D8s_v6'. Please query sku api at https://aka.ms/azure-compute-skus  to determine supported disk "
    "controller types for the VM size.",
    "vmSize",
)
def a_machine_with_nvme_from_a_definition_for_scsi(arm, control):
    made = definition(arm, control, "SCSI")
    return arm("PUT", MACHINE, machine_body(f"{made}/versions/1.0.0", hardwareProfile={"vmSize": "Standard_D8s_v6"}))


def definition(arm, control, controllers):
    features = [{"name": "DiskControllerTypes", "value": controllers}] if controllers else []
    arm("PUT", DEFINITION_ID, definition_body(hyperVGeneration="V2", features=features))
    control.advance(1)
    return DEFINITION_ID


@pytest.mark.parametrize("named", ["", "/versions/1.0.0"])
@pytest.mark.parametrize(
    ("controllers", "size", "status"),
    [
        (None, "Standard_D2s_v6", 400),
        ("SCSI", "Standard_E4as_v7", 400),
        ("SCSI, NVMe", "Standard_D2s_v6", 201),
        ("NVMe", "standard_d2s_V6", 201),
        (None, "Standard_D2s_v5", 201),
        (None, None, 201),
    ],
)
def test_a_size_with_nvme_alone_boots_from_a_definition_that_says_so(arm, control, controllers, size, status, named):
    hardware = {"hardwareProfile": {"vmSize": size}} if size else {}
    image = definition(arm, control, controllers) + named
    assert arm("PUT", MACHINE, machine_body(image, **hardware)).status_code == status


def test_unverified_that_a_managed_image_does_not_boot_on_a_size_with_nvme_alone(arm):
    body = machine_body(image_id("debian-legacy"), hardwareProfile={"vmSize": "Standard_D2s_v6"})
    assert arm("PUT", MACHINE, body).status_code == 400


@pytest.mark.parametrize(("size", "status"), [("Standard_D2s_v6", 400), ("Standard_D2s_v5", 201)])
def test_unverified_that_the_model_of_a_scale_set_is_refused_for_its_size(arm, size, status):
    body = scale_set(storageProfile={"imageReference": {"id": image_id("debian-legacy")}})
    answer = arm("PUT", SCALE_SET, body | {"sku": {"name": size, "capacity": 1}})
    assert answer.status_code == status
    if status == 201:
        assert answer.json()["sku"]["name"] == size


def scale_set(**profile):
    return {"location": "westeurope", "properties": {"virtualMachineProfile": profile}}


SCALE_SET = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/web"


def test_a_scale_set_of_a_managed_image_gets_no_other_security_type_without_another_image(arm):
    reference = {"imageReference": {"id": image_id("debian-legacy")}}
    assert arm("PUT", SCALE_SET, scale_set(storageProfile=reference)).status_code == 201
    answer = arm("PUT", SCALE_SET, scale_set(**TRUSTED))
    assert (answer.status_code, "security type TrustedLaunch" in answer.json()["error"]["message"]) == (400, True)


def test_a_scale_set_of_a_managed_image_gets_another_security_type_along_with_another_image(arm, control):
    managed, other = image_id("debian-legacy"), image_id("x").replace("/images/x", "/galleries/g/images/x")
    arm("PUT", SCALE_SET, scale_set(storageProfile={"imageReference": {"id": managed}}))
    changed = scale_set(storageProfile={"imageReference": {"id": other}}, **TRUSTED)
    assert arm("PUT", SCALE_SET, changed).status_code == 200
