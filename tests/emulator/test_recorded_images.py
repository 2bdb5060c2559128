"""Managed images as recorded: what they keep of a machine's disks, and what they show before they are finished."""

from typing import Any

import pytest

from dev.emulator.seed import SHOP_GROUP
from tests.support.documents import COMPUTE, image_id

NEW = image_id("fresh")
MACHINE = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"
DISKS = f"{SHOP_GROUP}/providers/Microsoft.Compute/disks"
SOURCES: list[dict[str, Any]] = [
    {"managedDisk": {"id": f"{DISKS}/os"}},
    {"snapshot": {"id": f"{SHOP_GROUP}/providers/Microsoft.Compute/snapshots/os"}},
    {"blobUri": "https://store.blob.core.windows.net/vhds/os.vhd"},
]


@pytest.fixture
def begin(arm):
    """Starts an image with these properties; answers what is shown of it meanwhile."""

    def begin_image(**properties):
        answer = arm("PUT", NEW, {"location": "westeurope", "properties": properties}, api=COMPUTE)
        assert answer.status_code == 201, answer.text
        return answer.json()["properties"]["storageProfile"]

    return begin_image


@pytest.fixture
def finished(arm, control):
    def finished_image():
        control.advance(31)
        return arm("GET", NEW, api=COMPUTE).json()["properties"]["storageProfile"]

    return finished_image


@pytest.fixture
def machine(control):
    """A virtual machine with these disks, as Resource Manager shows one; answers how an image names it."""

    def put_machine(os_disk, *data_disks):
        storage = {"osDisk": os_disk, "dataDisks": list(data_disks)}
        control.put_resource({"id": MACHINE, "location": "westeurope", "properties": {"storageProfile": storage}})
        return {"id": MACHINE}

    return put_machine


def managed(name, size, storage="Premium_LRS", **more):
    """A disk of a machine, with all that a machine says of it."""
    return {
        "name": name,
        "createOption": "FromImage",
        "deleteOption": "Detach",
        "toBeDetached": False,
        "diskSizeGB": size,
        "managedDisk": {"id": f"{DISKS}/{name}", "storageAccountType": storage},
        **more,
    }


def test_an_image_of_a_machine_keeps_of_its_disks_what_images_have(begin, finished, machine):
    source = machine(
        managed("os", 64, osType="Linux", caching="ReadWrite"),
        managed("data", 128, "StandardSSD_LRS", lun=3, caching="ReadOnly"),
    )
    os_disk = {
        "osType": "Linux",
        "osState": "Generalized",
        "caching": "ReadWrite",
        "storageAccountType": "Premium_LRS",
        "managedDisk": {"id": f"{DISKS}/os"},
    }
    data_disk = {
        "lun": 3,
        "caching": "ReadOnly",
        "storageAccountType": "StandardSSD_LRS",
        "managedDisk": {"id": f"{DISKS}/data"},
    }
    assert begin(sourceVirtualMachine=source) == {"osDisk": os_disk, "dataDisks": [data_disk]}
    assert finished() == {"osDisk": {**os_disk, "diskSizeGB": 64}, "dataDisks": [{**data_disk, "diskSizeGB": 128}]}


def test_unmanaged_disks_of_a_machine_are_blobs_of_the_image(begin, machine):
    os_blob, data_blob = (f"https://store.blob.core.windows.net/vhds/{name}.vhd" for name in ("os", "data"))
    shown = begin(
        sourceVirtualMachine=machine(
            {"osType": "Windows", "name": "os", "vhd": {"uri": os_blob}, "createOption": "FromImage"},
            {"lun": 0, "name": "data", "vhd": {"uri": data_blob}, "createOption": "Empty"},
        )
    )
    assert (shown["osDisk"]["blobUri"], shown["dataDisks"][0]["blobUri"]) == (os_blob, data_blob)
    assert not {"managedDisk", "vhd", "name"} & (shown["osDisk"].keys() | shown["dataDisks"][0].keys())


def test_an_unmanaged_disk_has_its_size_at_once(begin, machine):
    blob = {"uri": "https://store.blob.core.windows.net/vhds/os.vhd"}
    shown = begin(sourceVirtualMachine=machine({"osType": "Linux", "vhd": blob, "diskSizeGB": 30}))
    assert shown["osDisk"]["diskSizeGB"] == 30


def test_a_zone_resilient_image_of_a_machine_needs_no_disks_in_the_request(begin, machine):
    source = machine(managed("os", 30, osType="Linux"))
    assert begin(sourceVirtualMachine=source, storageProfile={"zoneResilient": True})["zoneResilient"] is True


@pytest.mark.parametrize("sent", [{}, {"zoneResilient": False}, {"zoneResilient": True}])
def test_zone_resilience_is_shown_if_it_was_sent(begin, finished, sent):
    shown = begin(storageProfile={"osDisk": {"osType": "Linux", "osState": "Generalized", **SOURCES[0]}, **sent})
    for profile in (shown, finished()):
        assert {name: value for name, value in profile.items() if name == "zoneResilient"} == sent


@pytest.mark.parametrize("source", SOURCES)
def test_disks_of_every_source_have_a_size_once_the_image_is_finished(begin, finished, source):
    data_disk = {"lun": 0, "blobUri": "https://store.blob.core.windows.net/vhds/data.vhd"}
    os_disk = {"osType": "Windows", "osState": "Generalized", **source}
    shown = begin(storageProfile={"osDisk": os_disk, "dataDisks": [data_disk]})
    assert "diskSizeGB" not in shown["osDisk"].keys() | shown["dataDisks"][0].keys()
    done = finished()
    assert (done["osDisk"]["diskSizeGB"], done["dataDisks"][0]["diskSizeGB"]) == (127, 32)


def test_the_size_of_a_disk_that_is_known_here_is_that_of_the_image(begin, finished, control):
    control.put_resource({"id": f"{DISKS}/os", "location": "westeurope", "properties": {"diskSizeGB": 512}})
    begin(storageProfile={"osDisk": {"osType": "Linux", "osState": "Generalized", **SOURCES[0]}})
    assert finished()["osDisk"]["diskSizeGB"] == 512


def test_a_size_that_was_sent_is_shown_at_once_and_kept(begin, finished):
    os_disk = {"osType": "Linux", "osState": "Generalized", "diskSizeGB": 99, **SOURCES[0]}
    assert begin(storageProfile={"osDisk": os_disk})["osDisk"]["diskSizeGB"] == 99
    assert finished()["osDisk"]["diskSizeGB"] == 99
