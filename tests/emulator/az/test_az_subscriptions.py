"""`az account`, `group`, `lock` and `tag` against the emulator, with what they print."""

import pytest

from dev.emulator import Emulator
from dev.emulator.vocabulary.tokens import TENANT_ID
from tests.emulator.az.place import Place
from tests.emulator.az_cli import Az, AzFailedError


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


def test_groups_are_found_by_tag_and_providers_by_name(az: Az):
    az("group create -n labelled -l westus2 --tags stage=live")
    assert [group["name"] for group in az("group list --tag stage=live")] == ["labelled"]
    assert az("group wait -n labelled --exists") is None
    assert az("provider show -n Microsoft.Compute")["registrationState"] == "Registered"
