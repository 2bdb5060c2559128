"""`az resource`, `vm` and `vmss` against the emulator, with what they print, and what a tag sets off."""

import pytest

from dev.emulator import Emulator
from tests.emulator.az.place import Place
from tests.emulator.az_cli import Az
from tests.emulator.event_receiver import running_receiver


def test_resource_show_tag_list_delete(az: Az, place: Place):
    shown = az(f"resource show --ids {place.image_id}")
    assert (shown["id"], shown["type"]) == (place.image_id, "Microsoft.Compute/images")
    assert shown["properties"]["storageProfile"]["osDisk"]["osType"] == "Linux"
    assert az(f"resource tag --ids {place.image_id} --tags team=web")["tags"] == {"team": "web"}
    assert [known["id"] for known in az(f"resource list -g {place.group}")] == [place.image_id]
    assert place.image_id in [known["id"] for known in az("resource list --tag team=web")]
    az(f"resource delete --ids {place.image_id}")
    assert az(f"resource list -g {place.group}") == []


def test_machines_and_scale_sets_are_listed(emulator: Emulator, az: Az, place: Place):
    reference = {"storageProfile": {"imageReference": {"id": place.image_id}}}
    for kind, properties in (
        ("virtualMachines", reference),
        ("virtualMachineScaleSets", {"virtualMachineProfile": reference}),
    ):
        machine = {"id": f"{place.scope}/providers/Microsoft.Compute/{kind}/one", "location": "eastus2"}
        emulator.control.put_resource(machine | {"properties": properties})
    [scale_set] = az(f"vmss list -g {place.group}")
    profile = scale_set["virtualMachineProfile"]
    assert profile["storageProfile"]["imageReference"]["id"] == place.image_id
    assert scale_set["id"] in [known["id"] for known in az("vmss list")]
    assert [known["name"] for known in az(f"vm list -g {place.group}")] == ["one"]


@pytest.mark.parametrize(
    ("command", "operation"),
    [
        ("image update -g {group} -n web --tags migrate=now", "Microsoft.Compute/images/write"),
        ("image update -g {group} -n web --set tags.migrate=now", "Microsoft.Compute/images/write"),
        ("tag update --resource-id {image_id} --operation merge --tags migrate=now", "Microsoft.Resources/tags/write"),
        ("resource tag --ids {image_id} --tags migrate=now", "Microsoft.Compute/images/write"),
    ],
)
def test_tagging_with_either_command_reaches_an_event_subscriber_within_two_seconds(
    emulator: Emulator, az: Az, place: Place, command: str, operation: str
):
    with running_receiver() as receiver:
        emulator.control.subscribe(receiver.url)
        az(command.format(group=place.group, image_id=place.image_id))
        received = receiver.wait_for(1, timeout_seconds=2)
        [event] = received[0].body
    assert event["data"]["operationName"] == operation
    assert event["subject"].lower().startswith(place.image_id.lower())
    assert emulator.control.resource(place.image_id)["tags"]["migrate"] == "now"


def test_vmss_and_vm_show_tag_delete(emulator: Emulator, az: Az, place: Place):
    reference = {"storageProfile": {"imageReference": {"id": place.image_id}}}
    for kind, properties in (
        ("virtualMachines", reference),
        ("virtualMachineScaleSets", {"virtualMachineProfile": reference, "orchestrationMode": "Uniform"}),
    ):
        machine = {"id": f"{place.scope}/providers/Microsoft.Compute/{kind}/one", "location": "eastus2"}
        emulator.control.put_resource(machine | {"tags": {"team": "web"}, "properties": properties})
    shown = az(f"vmss show -g {place.group} -n one")
    assert shown["virtualMachineProfile"]["storageProfile"]["imageReference"]["id"] == place.image_id
    assert az(f"vm show -g {place.group} -n one")["storageProfile"]["imageReference"]["id"] == place.image_id
    az(f"vmss delete -g {place.group} -n one")
    assert az(f"vmss list -g {place.group}") == []
    az(f"vm delete -g {place.group} -n one --yes")
    assert az(f"vm list -g {place.group}") == []


def test_lock_update_and_resource_update_and_wait(az: Az, place: Place):
    az(f"lock create -n keep -t CanNotDelete -g {place.group}")
    assert az(f"lock update -n keep -g {place.group} --notes golden")["notes"] == "golden"
    az(f"lock delete -n keep -g {place.group}")
    assert az(f"resource update --ids {place.image_id} --set tags.team=web")["tags"] == {"team": "web"}
    assert az(f"resource wait --ids {place.image_id} --exists") is None
    listed = az(f"resource list -g {place.group} --resource-type Microsoft.Compute/images")
    assert [known["tags"] for known in listed] == [{"team": "web"}]


def test_resource_create_makes_a_gallery(az: Az, place: Place):
    of = f"-g {place.group} -n made --resource-type Microsoft.Compute/galleries"
    made = az(f"resource create {of} --location eastus2 --properties {{}}")
    assert (made["name"], made["type"]) == ("made", "Microsoft.Compute/galleries")
    assert [known["name"] for known in az(f"sig list -g {place.group}")] == ["made"]
