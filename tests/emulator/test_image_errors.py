"""Every refusal of managed images, by the call or by its operation, compared word for word."""

import pytest

from dev.emulator.compute.images import image_errors as errors
from dev.emulator.seed import SHOP_GROUP
from tests.emulator.refusals import Refusals, lines_of
from tests.support.documents import image_id, machine_body

refusals = Refusals()
MACHINE = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"


@pytest.mark.parametrize("kind", lines_of(errors))
def test_every_refusal_comes_as_recorded(kind, arm, control):
    refusals.check(kind, arm, control)


@refusals.expect(errors.SOURCE_VM_NOT_FOUND, 404, "NotFound", f"The Virtual Machine '{MACHINE}' cannot be found.")
def a_missing_machine_to_capture(arm, control):
    properties = {"sourceVirtualMachine": {"id": MACHINE}}
    return arm("PUT", image_id("fresh"), {"location": "westeurope", "properties": properties})


@refusals.expect(
    errors.IMAGE_BEING_PROVISIONED,
    409,
    "OperationNotAllowed",
    "Operation 'Image Delete' is not allowed since the Virtual Machines 'vm1' are being provisioned using the Image "
    "'debian-legacy'.",
)
def an_image_in_use(arm, control):
    arm("PUT", MACHINE, machine_body(image_id("debian-legacy")))
    response = arm("DELETE", image_id("debian-legacy"))
    control.advance(31)
    return response
