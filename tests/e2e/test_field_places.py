"""Regions, rights and keys as other people have them: what a subscription offers, what a role grants where, and whose
disk encryption set serves a region. Each situation was reported by somebody who does this job."""

import pytest

from tests.support.documents import GALLERY_ID
from tests.support.running.answers import planned, problems_of
from tests.support.running.app import outcome
from tests.support.running.azure import definition_of, target_regions
from tests.support.running.estate import (
    GALLERIES,
    HUB_SUBSCRIPTION,
    OWN_SUBSCRIPTION,
    encrypt,
    seed_encryption_set,
    seed_hub,
    set_to,
)
from tests.support.running.starting import running_app


@pytest.fixture
def azure(troubled):
    return troubled.azure


@pytest.fixture
def app(troubled):
    return troubled.app


def stored(plan):
    return {region["name"]: region["storageAccountType"] for region in plan["targetRegions"]}


# Zones


def test_zone_redundant_storage_in_a_region_without_zones_is_told_before_the_first_write(app, azure):
    answer = app.plan(azure.seed_image("zoned"), targetRegions=["eastus2=1=standard_zrs", "westus=1=standard_zrs"])
    assert problems_of(answer) == [("targetRegions", "NoZones")]
    (problem,) = answer.json()["errors"]
    assert "westus" in problem["message"]
    assert "Standard_LRS" in problem["message"]
    west = azure.seed_image("zoned", location="westus")
    assert problems_of(app.plan(west, targetRegions=["westus=1=standard_zrs"])) == [("targetRegions", "NoZones")]


def test_a_zone_resilient_image_stays_so_in_every_region_that_has_zones(app, azure):
    image = azure.seed_image("resilient")
    azure.change(image, lambda properties: properties["storageProfile"].update(zoneResilient=True))
    plan = planned(app.plan(image, targetRegions=["westus", "westeurope"]))
    assert stored(plan) == {"eastus2": "Standard_ZRS", "westus": "Standard_LRS", "westeurope": "Standard_ZRS"}
    migration = app.waiting(app.start(image))
    assert target_regions(azure.read(migration["imageVersionId"])) == [("East US 2", 1, "Standard_ZRS")]


def test_a_zone_resilient_image_that_is_to_lose_its_zones_is_told_so(app, azure):
    image = azure.seed_image("resilient")
    azure.change(image, lambda properties: properties["storageProfile"].update(zoneResilient=True))
    plan = planned(app.plan(image, targetRegions=["eastus2=1=standard_lrs"]))
    assert any("less resilient than the source" in note for note in plan["notes"])


# Regions


@pytest.mark.parametrize("place", ["europe", "Global", "centralusstage"])
def test_a_place_in_which_nothing_can_be_made_is_no_region(app, azure, place):
    answer = app.plan(azure.seed_image("logical"), targetRegions=["eastus2", place])
    assert problems_of(answer) == [("targetRegions", "RegionNotFound")]
    assert place.lower() in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("closed", [HUB_SUBSCRIPTION, OWN_SUBSCRIPTION])
def test_a_region_that_one_of_both_subscriptions_may_not_use_is_told_with_its_name(azure, closed):
    image, hub = azure.seed_image("admitted"), seed_hub(azure)
    with set_to(azure, closedRegions={closed: ["southafricawest"]}), running_app(azure) as app:
        assert planned(app.plan(image, gallery=hub, targetRegions=["eastus2", "South Africa North"]))
        answer = app.plan(image, gallery=hub, targetRegions=["eastus2", "South Africa West"])
    assert problems_of(answer) == [("targetRegions", "RegionNotFound")]
    assert closed in answer.text


# Rights


def test_rights_given_at_gallery_and_image_count_though_their_groups_grant_none(app, azure):
    image = azure.seed_image("granted", group=azure.seed_group("sources"))
    denied = {"*/write": GALLERIES, "*/delete": image.partition("/providers/")[0]}
    with set_to(azure, deniedActions=denied):
        assert {code for _, code in problems_of(app.plan(image))} == {"MissingRight"}
    with set_to(azure, deniedActions=denied, grantedActions={"Microsoft.Compute/galleries/*": GALLERY_ID, "*": image}):
        planned(app.plan(image))


def test_rights_given_at_a_definition_are_enough_for_a_version_of_it(app, azure):
    image, definition = azure.seed_image("granted"), azure.seed_definition("granted")
    granted = {"Microsoft.Compute/galleries/images/versions/*": definition}
    with set_to(azure, deniedActions={"*/write": GALLERIES}, grantedActions=granted):
        planned(app.plan(image, imageDefinition=definition.rpartition("/")[2]))
        assert ("gallery", "MissingRight") in problems_of(app.plan(image))


# Keys


def test_an_encrypted_image_is_encrypted_in_every_region_with_the_set_of_that_region(app, azure):
    image = azure.seed_image("secret", data_gib=(8, 16))
    east, west = (seed_encryption_set(azure, name, name) for name in ("eastus2", "westus2"))
    encrypt(azure, image, east)
    ended = app.approve_and_end(app.start(image, targetRegions=["westus2"], encryptionSets="westus2:westus2"))
    assert outcome(ended) == ("Migrated", "Migrated")
    version = azure.read(f"{definition_of(image)}/versions/1.0.0")
    for region, expected in zip(version["properties"]["publishingProfile"]["targetRegions"], (east, west), strict=True):
        disks = [region["encryption"]["osDiskImage"], *region["encryption"]["dataDiskImages"]]
        assert [disk["diskEncryptionSetId"] for disk in disks] == [expected] * 3


def test_an_encrypted_image_without_a_set_for_a_region_is_told_how_to_name_one(app, azure):
    image = azure.seed_image("secret")
    encrypt(azure, image, seed_encryption_set(azure, "own", "eastus2"))
    answer = app.plan(image, targetRegions=["westus3"])
    assert problems_of(answer) == [("encryptionSets", "SourceEncrypted")]
    assert "encryption=westus3:name" in answer.text


def test_a_set_of_another_region_or_one_for_confidential_machines_is_a_problem(app, azure):
    image = azure.seed_image("secret")
    encrypt(azure, image, seed_encryption_set(azure, "own", "eastus2"))
    seed_encryption_set(azure, "north", "northeurope")
    seed_encryption_set(azure, "private", "westus3", encryptionType="ConfidentialVmEncryptedWithCustomerKey")
    for named, code in (("north", "EncryptionSetElsewhere"), ("private", "EncryptionSetUnfit")):
        answer = app.plan(image, targetRegions=["westus3"], encryptionSets=f"westus3:{named}")
        assert problems_of(answer) == [("encryptionSets", code)]
