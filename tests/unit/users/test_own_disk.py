"""A machine has disks of its own only if it says so: each part of what it shows, taken away, changed or unknown."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.emulator.users_of_images import STATES, machine
from migration.users.own_disk import has_own_disks
from tests.support.samples import SOURCE

Change = Callable[[dict[str, Any]], Any]
DISK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/data"
DATA = {"lun": 0, "createOption": "Empty", "caching": "None", "managedDisk": {"id": DISK}}


def made(**facts: Any) -> dict[str, Any]:
    """A finished machine with a data disk."""
    document = deepcopy(machine("web", SOURCE, **facts))
    document["properties"]["storageProfile"]["dataDisks"] = [deepcopy(DATA)]
    return document


def storage(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["properties"]["storageProfile"]
    return found


def data(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = storage(document)["dataDisks"][0]
    return found


@pytest.mark.parametrize("unmanaged", [False, True])
def test_a_finished_machine_whose_disks_are_managed_disks_or_blobs_has_them(unmanaged: bool):
    assert has_own_disks(made(unmanaged=unmanaged))


@pytest.mark.parametrize("state", [*STATES, "succeeded", "Succeeded ", "Running", "", None, 1, True, ["Succeeded"]])
def test_only_a_machine_that_succeeded_has_its_disks(state: Any):
    document = made()
    document["properties"]["provisioningState"] = state
    assert has_own_disks(document) == (state == "Succeeded")


SAME: dict[str, Change] = {
    "no data disks": lambda one: storage(one).pop("dataDisks"),
    "data disks of null": lambda one: storage(one).update(dataDisks=None),
    "an encrypted disk": lambda one: data(one)["managedDisk"].update(diskEncryptionSet={"id": "/set"}),
    "a null where ephemeral settings would be": lambda one: storage(one)["osDisk"].update(diffDiskSettings=None),
    "an NVMe controller": lambda one: storage(one).update(diskControllerType="NVMe"),
    "another part of the machine nobody knows": lambda one: one["properties"].update(quantum={}),
}
NEEDS: dict[str, Change] = {
    "nothing of it": lambda one: one.clear(),
    "no properties": lambda one: one.pop("properties"),
    "properties of another form": lambda one: one.update(properties=["storageProfile"]),
    "no state": lambda one: one["properties"].pop("provisioningState"),
    "no storage": lambda one: one["properties"].pop("storageProfile"),
    "storage of another form": lambda one: one["properties"].update(storageProfile=[]),
    "no OS disk": lambda one: storage(one).pop("osDisk"),
    "an OS disk of another form": lambda one: storage(one).update(osDisk=[DATA]),
    "an OS disk that says nothing": lambda one: storage(one).update(osDisk={}),
    "an ephemeral OS disk": lambda one: storage(one)["osDisk"].update(diffDiskSettings={"option": "Local"}),
    "ephemeral settings that say nothing": lambda one: storage(one)["osDisk"].update(diffDiskSettings={}),
    "ephemeral settings of another form": lambda one: storage(one)["osDisk"].update(diffDiskSettings="Local"),
    "an ephemeral data disk": lambda one: data(one).update(diffDiskSettings={"option": "Local"}),
    "an OS disk without an id": lambda one: storage(one)["osDisk"]["managedDisk"].pop("id"),
    "an OS disk whose id is empty": lambda one: storage(one)["osDisk"]["managedDisk"].update(id=" "),
    "an OS disk whose id is no text": lambda one: storage(one)["osDisk"]["managedDisk"].update(id={"id": DISK}),
    "an OS disk that is no disk": lambda one: storage(one)["osDisk"]["managedDisk"].update(id=SOURCE),
    "an OS disk whose id has no name": lambda one: storage(one)["osDisk"]["managedDisk"].update(id=DISK[:-4]),
    "an OS disk that is neither": lambda one: storage(one)["osDisk"].pop("managedDisk"),
    "an OS disk that is both": lambda one: storage(one)["osDisk"].update(vhd={"uri": "https://blob"}),
    "a managed disk of another form": lambda one: storage(one)["osDisk"].update(managedDisk=DISK),
    "a managed disk with a field nobody knows": lambda one: storage(one)["osDisk"]["managedDisk"].update(lazy=True),
    "a blob without an address": lambda one: storage(one).update(osDisk={"vhd": {}}),
    "a blob whose address is empty": lambda one: storage(one).update(osDisk={"vhd": {"uri": ""}}),
    "a blob with a field nobody knows": lambda one: storage(one).update(osDisk={"vhd": {"uri": "x", "lazy": True}}),
    "an OS disk with a field nobody knows": lambda one: storage(one)["osDisk"].update(hydration="Lazy"),
    "storage with a field nobody knows": lambda one: storage(one).update(ephemeralProfile={}),
    "a data disk without an id": lambda one: data(one).update(managedDisk={"storageAccountType": "Premium_LRS"}),
    "a data disk that is neither": lambda one: data(one).pop("managedDisk"),
    "a data disk with a field nobody knows": lambda one: data(one).update(hydration="Lazy"),
    "a data disk of another form": lambda one: storage(one).update(dataDisks=[DISK]),
    "a data disk of null": lambda one: storage(one).update(dataDisks=[None]),
    "data disks of another form": lambda one: storage(one).update(dataDisks={"0": DATA}),
    "a second data disk without an id": lambda one: storage(one)["dataDisks"].append({"lun": 1, "managedDisk": {}}),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_what_does_not_matter_leaves_a_machine_its_disks(change: Change):
    document = made()
    change(document)
    assert has_own_disks(document)


@pytest.mark.parametrize("change", NEEDS.values(), ids=NEEDS)
def test_a_machine_that_does_not_say_so_needs_the_image(change: Change):
    document = made()
    change(document)
    assert not has_own_disks(document)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_whatever_it_is_that_azure_shows_it_is_no_proof_and_no_crash(value: Any):
    assert not has_own_disks(value)
    assert not has_own_disks({"properties": value})
    document = made()
    document["properties"]["storageProfile"] = value
    assert not has_own_disks(document)
    disk = made()
    storage(disk)["osDisk"] = value
    assert not has_own_disks(disk)
