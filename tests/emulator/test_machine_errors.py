"""Every refusal of machines that are made from a managed image, compared word for word."""

import pytest

from dev.emulator.compute.machines import machine_errors as errors
from dev.emulator.seed import SHOP_GROUP
from tests.emulator.refusals import Refusals, lines_of
from tests.support.documents import image_id, machine_body

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
