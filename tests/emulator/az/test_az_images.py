"""`az image` against the emulator: every command of the walkthrough, with what it prints."""

import pytest

from dev.emulator import Emulator
from tests.emulator.az.place import Place
from tests.emulator.az_cli import Az, AzFailedError
from tests.support.documents import seed_image


@pytest.mark.parametrize(
    ("source", "kind", "reference"),
    [
        ("{scope}/providers/Microsoft.Compute/disks/os", "managedDisk", "id"),
        ("{scope}/providers/Microsoft.Compute/snapshots/os", "snapshot", "id"),
        ("https://account.blob.core.windows.net/vhds/os.vhd", "blobUri", None),
    ],
)
def test_image_create_from_each_kind_of_source(az: Az, place: Place, source: str, kind: str, reference: str | None):
    source = source.format(scope=place.scope)
    made = az(f"image create -g {place.group} -n made --source {source} --os-type Linux --hyper-v-generation V2")
    assert made["id"] == f"{place.scope}/providers/Microsoft.Compute/images/made"
    assert (made["location"], made["provisioningState"]) == ("eastus2", "Succeeded")
    assert made["hyperVGeneration"] == "V2"
    disk = made["storageProfile"]["osDisk"]
    assert (disk[kind][reference] if reference else disk[kind]) == source
    assert (disk["osType"], disk["osState"]) == ("Linux", "Generalized")
    assert az(f"image show -g {place.group} -n made") == made


def test_image_create_from_a_virtual_machine(emulator: Emulator, az: Az, place: Place):
    machine = f"{place.scope}/providers/Microsoft.Compute/virtualMachines/builder"
    disk = {"osType": "Windows", "diskSizeGB": 127}
    disk["managedDisk"] = {"id": f"{place.scope}/providers/Microsoft.Compute/disks/builder"}
    properties = {"storageProfile": {"osDisk": disk, "dataDisks": []}, "provisioningState": "Succeeded"}
    emulator.control.put_resource({"id": machine, "location": "eastus2", "properties": properties})
    made = az(f"image create -g {place.group} -n captured --source builder")
    assert made["sourceVirtualMachine"]["id"].lower() == machine.lower()
    assert made["storageProfile"]["osDisk"]["osType"] == "Windows"


def test_image_list_in_the_group_and_in_the_subscription(az: Az, place: Place):
    assert [image["id"].lower() for image in az(f"image list -g {place.group}")] == [place.image_id.lower()]
    assert place.image_id.lower() in [image["id"].lower() for image in az("image list")]


@pytest.mark.parametrize("change", ["--tags migrate=now", "--set tags.migrate=now"])
def test_image_update_adds_a_tag_to_those_the_image_has(emulator: Emulator, az: Az, place: Place, change: str):
    seed_image(emulator, "web", place.group, tags={"team": "web"})
    updated = az(f"image update -g {place.group} -n web {change}")
    assert updated["tags"] == {"team": "web", "migrate": "now"}
    assert az(f"image show -g {place.group} -n web") == updated


def test_image_delete_removes_it(emulator: Emulator, az: Az, place: Place):
    assert az(f"image delete -g {place.group} -n web") is None
    assert emulator.control.resource(place.image_id) is None
    with pytest.raises(AzFailedError, match="ResourceNotFound"):
        az(f"image show -g {place.group} -n web")
