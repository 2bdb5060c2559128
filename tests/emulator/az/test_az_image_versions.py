"""`az sig image-version`: every command of the walkthrough, with what it prints."""

import pytest

from tests.emulator.az.place import Place
from tests.emulator.az_cli import Az, AzFailedError


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
