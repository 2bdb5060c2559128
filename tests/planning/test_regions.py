"""Regions and replicas: spellings, places in which nothing can be made, zones, edge zones, and kinds of storage."""

import pytest

from tests.support.app_here import running_app
from tests.support.running.answers import name_of, notes_of, planned, problems_of
from tests.support.running.estate import (
    HUB_SUBSCRIPTION,
    OWN_SUBSCRIPTION,
    seed_hub,
    set_to,
    show,
    update,
)

NINE_REGIONS = (
    "westus2=50,westeurope=50,eastus=50,northeurope=50,westus=50,eastus2=50,centralus=40,uksouth=40,southeastasia=40"
)


def test_a_region_named_twice_in_two_spellings_is_a_problem(app, azure):
    answer = app.plan(azure.seed_image("twice"), targetRegions=["East US 2", "eastus2", "west us 2"])
    assert problems_of(answer) == [("targetRegions", "Duplicate")]


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


def test_hundreds_of_replicas_are_accepted_as_the_limit_is_one_of_a_region(app, azure):
    plan = planned(app.plan(azure.seed_image("everywhere"), targetRegions=NINE_REGIONS))
    assert sum(region["replicaCount"] for region in plan["targetRegions"]) == 420
    assert any("420 replicas" in note for note in plan["notes"])


def test_a_hundred_and_one_replicas_in_one_region_are_refused(app, azure):
    answer = app.plan(azure.seed_image("crowded"), targetRegions="eastus2=101")
    assert [field for field, _ in problems_of(answer)] == ["targetRegions.0.replicaCount"]


def test_storage_that_no_version_can_be_given_is_refused_at_once(app, azure):
    answer = app.plan(azure.seed_image("fast"), targetRegions=["eastus2=1=PremiumV2_LRS"])
    assert problems_of(answer) == [("targetRegions.0.storageAccountType", "Invalid")]


def test_an_image_in_an_edge_zone_is_told_that_its_copies_are_in_regions(app, azure):
    image = azure.seed_image("edge")
    show(azure, image, extendedLocation={"name": "losangeles", "type": "EdgeZone"})
    assert [note for note in notes_of(app.plan(image)) if "edge zone losangeles" in note]


def test_versions_of_others_in_edge_zones_with_storage_and_replicas_of_their_own_are_read(app, azure):
    definition = azure.seed_definition("odd")
    region = {"name": "East US 2", "regionalReplicaCount": 0, "storageAccountType": "PremiumV2_LRS"}
    zone = {"name": "West US", "extendedLocation": {"name": "losangeles", "type": "EdgeZone"}}
    profile = {"targetRegions": [region], "targetExtendedLocations": [zone]}
    update(azure, azure.seed_version(definition, "5.0.0"), publishingProfile=profile)
    assert planned(app.plan(azure.seed_image("odd"), imageDefinition=name_of(definition)))["version"] == "5.0.1"


def test_zone_redundant_storage_in_a_region_without_zones_is_told_before_the_first_write(app, azure):
    answer = app.plan(azure.seed_image("zoned"), targetRegions=["eastus2=1=standard_zrs", "westus=1=standard_zrs"])
    assert problems_of(answer) == [("targetRegions", "NoZones")]
    (problem,) = answer.json()["errors"]
    assert "westus" in problem["message"]
    assert "Standard_LRS" in problem["message"]
    west = azure.seed_image("zoned", location="westus")
    assert problems_of(app.plan(west, targetRegions=["westus=1=standard_zrs"])) == [("targetRegions", "NoZones")]


def test_a_zone_resilient_image_that_is_to_lose_its_zones_is_told_so(app, azure):
    image = azure.seed_image("resilient")
    azure.change(image, lambda properties: properties["storageProfile"].update(zoneResilient=True))
    plan = planned(app.plan(image, targetRegions=["eastus2=1=standard_lrs"]))
    assert any("less resilient than the source" in note for note in plan["notes"])
