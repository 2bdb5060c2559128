"""Machines and scale sets as recorded: what they show beside what was sent, and what a PUT does not take away."""

import pytest

from dev.emulator.seed import SHOP_GROUP
from tests.support.documents import COMPUTE, image_id

MACHINE = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"
SCALE_SET = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/web"
FROM_IMAGE = {"imageReference": {"id": image_id("debian-legacy")}}
OS = {"adminUsername": "ada", "adminPassword": "Secret-1", "customData": "IyE="}
SHOWN_OS = {
    "adminUsername": "ada",
    "secrets": [],
    "allowExtensionOperations": True,
    "requireGuestProvisionSignal": True,
}


@pytest.fixture
def put(arm, control):
    """Sends these properties and answers the finished machine's or scale set's."""

    def put_and_wait(path, **properties):
        answer = arm("PUT", path, {"location": "westeurope", "properties": properties}, api=COMPUTE)
        assert answer.status_code in (200, 201), answer.text
        control.advance(31)
        return arm("GET", path, api=COMPUTE).json()["properties"]

    return put_and_wait


def test_a_machine_has_an_id_and_a_date_that_a_second_put_keeps(put):
    first, second = (put(MACHINE, storageProfile=FROM_IMAGE) for _ in range(2))
    assert {"vmId", "timeCreated"} <= first.keys()
    assert (second["vmId"], second["timeCreated"]) == (first["vmId"], first["timeCreated"])


def test_a_scale_set_has_a_unique_id_instead(put):
    shown = put(SCALE_SET, virtualMachineProfile={"storageProfile": FROM_IMAGE})
    assert {"uniqueId", "timeCreated", "vmId"} & shown.keys() == {"uniqueId", "timeCreated"}


def test_passwords_are_not_shown_and_defaults_are(put):
    linux = {"disablePasswordAuthentication": False}
    shown = put(MACHINE, storageProfile=FROM_IMAGE, osProfile=OS | {"linuxConfiguration": linux})
    assert shown["osProfile"] == SHOWN_OS | {"linuxConfiguration": linux | {"provisionVMAgent": True}}
    model = put(SCALE_SET, virtualMachineProfile={"storageProfile": FROM_IMAGE, "osProfile": OS})
    assert model["virtualMachineProfile"]["osProfile"] == SHOWN_OS


def test_disks_of_a_machine_say_what_becomes_of_them(put):
    disks = {"osDisk": {"createOption": "FromImage"}, "dataDisks": [{"lun": 0, "createOption": "Empty"}]}
    storage = put(MACHINE, storageProfile=FROM_IMAGE | disks)["storageProfile"]
    assert storage["osDisk"]["deleteOption"] == "Detach"
    [disk] = storage["dataDisks"]
    assert (disk["caching"], disk["deleteOption"], disk["toBeDetached"]) == ("None", "Detach", False)


def test_a_scale_set_keeps_its_image_when_a_put_leaves_it_out(put):
    """As `az vmss update` sends it: the model without its image reference."""
    put(SCALE_SET, virtualMachineProfile={"storageProfile": FROM_IMAGE})
    shown = put(SCALE_SET, virtualMachineProfile={"storageProfile": {"osDisk": {"createOption": "FromImage"}}})
    assert shown["virtualMachineProfile"]["storageProfile"]["imageReference"] == FROM_IMAGE["imageReference"]
