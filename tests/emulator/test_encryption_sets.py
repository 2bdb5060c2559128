"""Disk encryption sets through the SDK, and what an image version may name of them."""

import pytest

from dev.emulator.seed import IMAGES_GROUP, SUBSCRIPTION
from tests.support.documents import image_id, version_body

SETS = f"{IMAGES_GROUP}/providers/Microsoft.Compute/diskEncryptionSets"
GROUP = IMAGES_GROUP.rpartition("/")[2]
KEY = {"keyUrl": "https://vault.vault.azure.net/keys/k/1"}


@pytest.fixture
def sets(control):
    """One in each of two regions."""
    for region in ("eastus2", "westus2"):
        control.put_resource({"id": f"{SETS}/{region}", "location": region, "properties": {}})
    return {region: f"{SETS}/{region}" for region in ("eastus2", "westus2")}


def encrypted(region, set_id):
    data = [{"lun": 0, "diskEncryptionSetId": set_id}]
    return {
        "name": region,
        "encryption": {"osDiskImage": {"diskEncryptionSetId": set_id}, "dataDiskImages": data},
    }


def refused(arm, definition, *targets):
    answer = arm("PUT", f"{definition}/versions/1.0.0", version_body(*targets))
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()["error"]["message"]


def test_a_set_is_made_read_listed_and_deleted_by_the_sdk(sdk, moving_emulator):
    body = {
        "location": "eastus2",
        "identity": {"type": "SystemAssigned"},
        "properties": {"activeKey": KEY, "encryptionType": "EncryptionAtRestWithCustomerKey"},
    }
    made = sdk.disk_encryption_sets.begin_create_or_update(GROUP, "web", body, polling_interval=0.05).result()
    assert (made.provisioning_state, made.active_key.key_url) == ("Succeeded", KEY["keyUrl"])
    assert made.identity.principal_id == sdk.disk_encryption_sets.get(GROUP, "web").identity.principal_id
    assert [one.name for one in sdk.disk_encryption_sets.list_by_resource_group(GROUP)] == ["web"]
    assert [one.name for one in sdk.disk_encryption_sets.list()] == ["web"]
    sdk.disk_encryption_sets.begin_delete(GROUP, "web", polling_interval=0.05).result()
    assert list(sdk.disk_encryption_sets.list()) == []


def test_a_version_is_encrypted_with_a_set_of_each_region(arm, definition, control, sets):
    targets = [encrypted(region, set_id) for region, set_id in sets.items()]
    path = f"{definition}/versions/1.0.0"
    assert arm("PUT", path, version_body(*targets)).status_code == 201
    control.advance(446)
    properties = arm("GET", path).json()["properties"]
    assert properties["provisioningState"] == "Succeeded"
    kept = [target["encryption"]["dataDiskImages"] for target in properties["publishingProfile"]["targetRegions"]]
    assert kept == [[{"lun": 0, "diskEncryptionSetId": set_id}] for set_id in sets.values()]


def test_a_set_that_is_not_there_encrypts_nothing(arm, definition):
    missing = f"{SETS}/gone"
    status, message = refused(arm, definition, encrypted("eastus2", missing))
    assert (status, message) == (404, f"The disk encryption set '{missing}' cannot be found.")


def test_an_image_is_no_encryption_set(arm, definition):
    status, _ = refused(arm, definition, encrypted("eastus2", image_id("ubuntu-web")))
    assert status == 404


def test_a_set_serves_its_own_region_only(arm, definition, sets):
    targets = (encrypted("eastus2", sets["eastus2"]), encrypted("West US 2", sets["eastus2"]))
    status, message = refused(arm, definition, *targets)
    assert (status, "is in region 'eastus2'" in message, "in region 'westus2'" in message) == (400, True, True)


def test_a_set_of_another_subscription_is_refused(arm, definition, sets):
    elsewhere = sets["eastus2"].replace(SUBSCRIPTION, "/subscriptions/0badcafe-0000-4000-8000-000000000009")
    status, message = refused(arm, definition, encrypted("eastus2", elsewhere))
    assert (status, "is not in subscription" in message) == (400, True)


def test_all_regions_are_encrypted_or_none_is(arm, definition, sets):
    status, message = refused(arm, definition, encrypted("eastus2", sets["eastus2"]), "westus2")
    assert (status, message) == (400, "Either every target region names a disk encryption set, or none does.")
