"""Machines: the image they name must exist; they are listed and deleted."""

from dev.emulator.seed import SHOP_GROUP
from tests.emulator.refusals import refused
from tests.support.documents import COMPUTE, image_id, machine_body

ALL = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines"
MACHINE = f"{ALL}/vm1"


def test_machines_need_the_image_they_name(arm, control):
    refused(arm("PUT", MACHINE, machine_body(image_id("fresh")), api=COMPUTE), 404, "NotFound")
    assert arm("PUT", MACHINE, machine_body(image_id("debian-legacy")), api=COMPUTE).status_code == 201
    control.advance(31)
    listed = arm("GET", ALL, api=COMPUTE).json()["value"]
    assert [item["properties"]["provisioningState"] for item in listed] == ["Succeeded"]


def test_a_machine_is_deleted(arm, control):
    arm("PUT", MACHINE, machine_body(image_id("debian-legacy")), api=COMPUTE)
    control.advance(31)
    assert arm("DELETE", MACHINE, api=COMPUTE).status_code == 202
    control.advance(31)
    assert arm("DELETE", MACHINE, api=COMPUTE).status_code == 204
