"""`az image` and `az sig` against the emulator: every command of the walkthrough, with what it prints."""

import pytest

from dev.emulator import Emulator
from tests.emulator.az.conftest import Place
from tests.emulator.az_cli import Az, AzFailedError
from tests.emulator.documents import seed_image


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


def test_a_soft_deleted_image_version_comes_back(az: Az, place: Place, gallery: str, definition: str):
    assert az(f"sig update -g {place.group} -r {gallery} --soft-delete true")["softDeletePolicy"] == {
        "isSoftDeleteEnabled": True
    }
    az(f"sig image-version create {definition} -e 1.0.0 --managed-image web --target-regions eastus2")
    az(f"sig image-version delete {definition} -e 1.0.0")
    assert az(f"sig image-version list {definition}") == []
    assert az(f"sig image-version undelete {definition} -e 1.0.0")["name"] == "1.0.0"
    assert [known["name"] for known in az(f"sig image-version list {definition}")] == ["1.0.0"]


def test_waiting_for_what_is_done_ends_at_once(az: Az, place: Place, gallery: str, definition: str):
    assert az(f"image wait -g {place.group} --image-name web --created") is None
    assert az(f"sig wait -g {place.group} -r {gallery} --created") is None
    assert az(f"sig image-definition wait {definition} --created") is None


@pytest.mark.parametrize("command", ["sig share reset -g {} -r {}", "sig gallery-application list -g {} -r {}"])
def test_what_is_not_emulated_says_so(az: Az, place: Place, gallery: str, command: str):
    with pytest.raises(AzFailedError, match="NotEmulated"):
        az(command.format(place.group, gallery))
