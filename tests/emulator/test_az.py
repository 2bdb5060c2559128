"""The real `az` against the emulator: every command of the walkthrough, with what it prints.

One emulator and one login for all; every test works in a resource group of its own.
"""

import itertools
from dataclasses import dataclass

import pytest

from dev.emulator import Emulator, running_emulator
from dev.emulator.seed import TENANT_ID
from tests.emulator.az_cli import Az, AzFailedError
from tests.emulator.documents import seed_image
from tests.emulator.event_receiver import running_receiver

_numbers = itertools.count()
QUICK = {"imageVersionCreate": 20, "imageVersionUpdate": 20, "imageVersionDelete": 20}


@pytest.fixture(scope="module")
def emulator():
    with running_emulator(speed=60) as emulator:
        emulator.control.settings(durationsSeconds=QUICK, replicationSeconds={"default": 10})
        yield emulator


@pytest.fixture(scope="module")
def az(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Az:
    az = Az(emulator, tmp_path_factory.mktemp("az"))
    az.log_in(emulator)
    return az


@dataclass
class Place:
    """A resource group with one managed image."""

    group: str
    scope: str
    image_id: str


@pytest.fixture
def place(emulator: Emulator) -> Place:
    group = f"az-{next(_numbers)}"
    scope = f"/subscriptions/{emulator.subscription_id}/resourceGroups/{group}"
    emulator.control.put_resource({"id": scope, "location": "eastus2"})
    return Place(group, scope, seed_image(emulator, "web", group))


@pytest.fixture
def gallery(az: Az, place: Place) -> str:
    az(f"sig create -g {place.group} -r {place.group.replace('-', '_')}")
    return place.group.replace("-", "_")


@pytest.fixture
def definition(az: Az, place: Place, gallery: str) -> str:
    az(
        f"sig image-definition create -g {place.group} -r {gallery} -i ubuntu --os-type Linux "
        "--publisher contoso --offer ubuntu --sku web --hyper-v-generation V1 --os-state generalized"
    )
    return f"-g {place.group} -r {gallery} -i ubuntu"


def test_a_login_with_the_managed_identity_finds_the_subscription(emulator: Emulator, az: Az):
    account = az("account show")
    assert account["id"] == emulator.subscription_id
    assert account["tenantId"] == TENANT_ID
    assert account["environmentName"] == "Emulator"
    assert account["user"] == {
        "assignedIdentityInfo": "MSI",
        "name": "systemAssignedIdentity",
        "type": "servicePrincipal",
    }
    assert [known["id"] for known in az("account list")] == [emulator.subscription_id]


def test_locations_are_listed(az: Az):
    names = {location["name"]: location["displayName"] for location in az("account list-locations")}
    assert names["westus2"] == "West US 2"


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
    assert [image["id"] for image in az(f"image list -g {place.group}")] == [place.image_id]
    assert place.image_id in [image["id"] for image in az("image list")]


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


def test_sig_create_show_list_update_delete(az: Az, place: Place):
    made = az(f"sig create -g {place.group} -r golden --description Images")
    assert made["id"] == f"{place.scope}/providers/Microsoft.Compute/galleries/golden"
    assert made["location"] == "eastus2"
    shown = az(f"sig show -g {place.group} -r golden")
    assert (shown["provisioningState"], shown["description"]) == ("Succeeded", "Images")
    assert [known["name"] for known in az(f"sig list -g {place.group}")] == ["golden"]
    assert made["id"] in [known["id"] for known in az("sig list")]
    assert az(f"sig update -g {place.group} -r golden --set tags.team=web")["tags"] == {"team": "web"}
    az(f"sig delete -g {place.group} -r golden")
    assert az(f"sig list -g {place.group}") == []


def test_image_definition_create_show_list_update_delete(az: Az, place: Place, gallery: str, definition: str):
    shown = az(f"sig image-definition show {definition}")
    assert shown["id"] == f"{place.scope}/providers/Microsoft.Compute/galleries/{gallery}/images/ubuntu"
    assert shown["identifier"] == {"publisher": "contoso", "offer": "ubuntu", "sku": "web"}
    assert (shown["osType"], shown["osState"], shown["hyperVGeneration"]) == ("Linux", "Generalized", "V1")
    listed = az(f"sig image-definition list -g {place.group} -r {gallery}")
    assert [known["name"] for known in listed] == ["ubuntu"]
    assert az(f"sig image-definition update {definition} --set tags.team=web")["tags"] == {"team": "web"}
    az(f"sig image-definition delete {definition}")
    assert az(f"sig image-definition list -g {place.group} -r {gallery}") == []


def test_image_version_create_replicates_to_every_target_region(az: Az, place: Place, definition: str):
    made = az(
        f"sig image-version create {definition} -e 1.0.0 --managed-image {place.image_id} "
        "--target-regions eastus2=1 westus2=2=premium_lrs --exclude-from-latest true --end-of-life-date 2099-01-01"
    )
    assert made["provisioningState"] == "Succeeded"
    profile = made["publishingProfile"]
    assert [
        (region["name"], region["regionalReplicaCount"], region["storageAccountType"].lower())
        for region in profile["targetRegions"]
    ] == [("East US 2", 1, "standard_lrs"), ("West US 2", 2, "premium_lrs")]
    assert profile["excludeFromLatest"] is True
    assert profile["endOfLifeDate"].startswith("2099-01-01")
    assert made["storageProfile"]["source"]["id"] == place.image_id
    status = az(f"sig image-version show {definition} -e 1.0.0 --expand ReplicationStatus")["replicationStatus"]
    assert status["aggregatedState"] == "Completed"
    assert {entry["region"]: entry["progress"] for entry in status["summary"]} == {"eastus2": 100, "westus2": 100}


def test_image_version_list_update_delete(az: Az, place: Place, definition: str):
    az(f"sig image-version create {definition} -e 1.0.0 --managed-image web --target-regions eastus2")
    assert [known["name"] for known in az(f"sig image-version list {definition}")] == ["1.0.0"]
    updated = az(
        f"sig image-version update {definition} -e 1.0.0 "
        "--add publishingProfile.targetRegions name=westus2 regionalReplicaCount=1"
    )
    regions = [region["name"] for region in updated["publishingProfile"]["targetRegions"]]
    assert regions == ["East US 2", "West US 2"]
    az(f"sig image-version delete {definition} -e 1.0.0")
    assert az(f"sig image-version list {definition}") == []


def test_a_refusal_reaches_the_user_in_the_services_words(az: Az, place: Place, definition: str):
    with pytest.raises(AzFailedError, match="must contain the location"):
        az(f"sig image-version create {definition} -e 1.0.0 --managed-image web --target-regions westus2")


def test_tag_create_update_list_delete(az: Az, place: Place):
    resource = f"--resource-id {place.image_id}"

    def tags(command: str) -> dict[str, str]:
        return az(f"tag {command}")["properties"]["tags"]

    assert tags(f"create {resource} --tags a=1 b=2") == {"a": "1", "b": "2"}
    assert tags(f"update {resource} --operation merge --tags b=3 c=4") == {"a": "1", "b": "3", "c": "4"}
    assert tags(f"update {resource} --operation delete --tags a=1") == {"b": "3", "c": "4"}
    assert tags(f"update {resource} --operation replace --tags d=5") == {"d": "5"}
    assert tags(f"list {resource}") == {"d": "5"}
    az(f"tag delete {resource} --yes")
    assert tags(f"list {resource}") == {}


def test_resource_show_tag_list_delete(az: Az, place: Place):
    shown = az(f"resource show --ids {place.image_id}")
    assert (shown["id"], shown["type"]) == (place.image_id, "Microsoft.Compute/images")
    assert shown["properties"]["storageProfile"]["osDisk"]["osType"] == "Linux"
    assert az(f"resource tag --ids {place.image_id} --tags team=web")["tags"] == {"team": "web"}
    assert [known["id"] for known in az(f"resource list -g {place.group}")] == [place.image_id]
    assert place.image_id in [known["id"] for known in az("resource list --tag team=web")]
    az(f"resource delete --ids {place.image_id}")
    assert az(f"resource list -g {place.group}") == []


def test_lock_create_list_show_delete(az: Az, place: Place):
    on_image = f"-g {place.group} --resource-name web --resource-type Microsoft.Compute/images"
    made = az(f"lock create -n keep -t CanNotDelete -g {place.group} --notes golden")
    assert (made["level"], made["notes"]) == ("CanNotDelete", "golden")
    az(f"lock create -n frozen -t ReadOnly {on_image}")
    assert {lock["name"] for lock in az(f"lock list -g {place.group}")} == {"keep", "frozen"}
    assert [lock["name"] for lock in az(f"lock list {on_image}")] == ["frozen"]
    assert az(f"lock show -n keep -g {place.group}")["id"] == made["id"]
    with pytest.raises(AzFailedError, match="ScopeLocked"):
        az(f"image delete -g {place.group} -n web")
    az(f"lock delete -n frozen {on_image}")
    az(f"lock delete -n keep -g {place.group}")
    assert az(f"lock list -g {place.group}") == []
    az(f"image delete -g {place.group} -n web")


def test_group_create_show_list_exists_delete(az: Az):
    made = az("group create -n fresh -l westus2 --tags team=web")
    assert (made["location"], made["tags"], made["properties"]["provisioningState"]) == (
        "westus2",
        {"team": "web"},
        "Succeeded",
    )
    assert az("group show -n fresh") == made
    assert made["id"] in [group["id"] for group in az("group list")]
    assert az("group update -n fresh --set tags.stage=live")["tags"] == {"team": "web", "stage": "live"}
    assert az("group exists -n fresh") is True
    az("group delete -n fresh --yes")
    assert az("group exists -n fresh") is False


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
    assert event["subject"].startswith(place.image_id)
    assert emulator.control.resource(place.image_id)["tags"]["migrate"] == "now"
