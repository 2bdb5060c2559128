"""A migration that is started again takes up what an earlier run of it left, and nothing else."""

from copy import deepcopy

import pytest

from tests.support.running.app import outcome
from tests.support.running.azure import TAG, definition_of, target_regions


def test_a_source_that_is_never_to_be_deleted_is_kept(app, azure):
    image = azure.seed_image("kept")
    ended = app.ended(app.start(image, deleteSource="never"))
    assert outcome(ended) == ("SourceKept", "Policy")
    assert azure.exists(image)
    assert azure.read(ended["imageVersionId"])["properties"]["publishingProfile"]["excludeFromLatest"] is False
    assert azure.tags(image)[f"{TAG}-status"].startswith("SourceKept Policy ")


def test_a_finished_version_is_adopted_and_not_built_twice(app, azure, waiting):
    app.approve(waiting, decision="reject")
    app.ended(waiting["id"])
    published = azure.read(waiting["imageVersionId"])["properties"]["publishingProfile"]["publishedDate"]
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    assert again["plan"]["adoptVersion"] is True
    assert azure.versions(definition_of(waiting["sourceImageId"])) == [waiting["imageVersionId"]]
    app.approve(again)
    assert outcome(app.ended(again["id"])) == ("Migrated", "Migrated")
    version = azure.read(waiting["imageVersionId"])
    assert version["properties"]["publishingProfile"]["publishedDate"] == published


def test_regions_asked_for_later_are_added_to_the_adopted_version(app, azure, waiting):
    app.approve(waiting, decision="reject")
    app.ended(waiting["id"])
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2=3", "northeurope"]))
    assert azure.versions(definition_of(waiting["sourceImageId"])) == [waiting["imageVersionId"]]
    assert sorted(target_regions(azure.read(again["imageVersionId"]))) == [
        ("East US 2", 1, "Standard_ZRS"),
        ("North Europe", 1, "Standard_ZRS"),
        ("West US 2", 3, "Standard_ZRS"),
    ]
    assert {region["name"]: region["state"] for region in again["regions"]} == dict.fromkeys(
        ("eastus2", "northeurope", "westus2"), "Completed"
    )


def test_an_end_of_life_asked_for_later_is_set_on_the_adopted_version(app, azure, waiting):
    app.approve(waiting, decision="reject")
    app.ended(waiting["id"])
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"], endOfLifeDate="2040-01-31"))
    profile = azure.read(again["imageVersionId"])["properties"]["publishingProfile"]
    assert profile["endOfLifeDate"].startswith("2040-01-31")
    assert len(profile["targetRegions"]) == 2


def test_regions_asked_for_earlier_stay_when_fewer_are_asked_for_later(app, azure, waiting):
    app.approve(waiting, decision="reject")
    app.ended(waiting["id"])
    before = target_regions(azure.read(waiting["imageVersionId"]))
    ended = app.approve_and_end(app.start(waiting["sourceImageId"]))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert target_regions(azure.read(waiting["imageVersionId"])) == before


def test_after_a_version_of_ours_failed_the_next_number_is_built(fresh):
    azure, app = fresh.azure, fresh.app
    azure.control.settings(replicationFailures={"westus2": "no capacity in this region"})
    image = azure.seed_image("unlucky")
    failed = app.ended(app.start(image, targetRegions=["westus2"]))
    azure.until_failed(failed["imageVersionId"])
    azure.control.settings(replicationFailures={})
    ended = app.approve_and_end(app.start(image, targetRegions=["westus2"]))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert azure.versions(definition_of(image)) == [failed["imageVersionId"], ended["imageVersionId"]]
    assert azure.read(ended["imageVersionId"])["properties"]["provisioningState"] == "Succeeded"


def test_a_failed_version_of_somebody_else_is_left_alone(app, azure):
    definition = azure.seed_definition("contested")
    theirs = azure.seed_version(definition, "1.0.0")
    azure.change(theirs, lambda properties: properties.update(provisioningState="Failed"))
    name = definition.rpartition("/")[2]
    waiting = app.waiting(app.start(azure.seed_image(), imageDefinition=name))
    assert waiting["imageVersionId"] == f"{definition}/versions/1.0.1"
    assert azure.read(theirs)["properties"]["provisioningState"] == "Failed"


def test_a_cancelled_migration_is_taken_up_where_it_was(app, azure, waiting):
    app.call("POST", waiting["links"]["cancel"])
    app.ended(waiting["id"])
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    assert again["imageVersionId"] == waiting["imageVersionId"]


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_an_image_built_anew_under_an_old_name_gets_a_version_of_its_own(app, azure, waiting, decision):
    image = waiting["sourceImageId"]
    document = deepcopy(azure.control.resource(image))
    app.approve(waiting, decision=decision)
    app.ended(waiting["id"])
    os_disk = document["properties"]["storageProfile"]["osDisk"]
    os_disk["managedDisk"] = {"id": os_disk["managedDisk"]["id"] + "-of-the-next-month"}
    azure.control.put_resource(document)
    again = app.waiting(app.start(image))
    assert again["plan"]["adoptVersion"] is False
    assert again["imageVersionId"] == f"{definition_of(image)}/versions/1.0.1"
    assert len(azure.versions(definition_of(image))) == 2


def test_an_image_built_anew_from_the_same_disks_after_its_migration_gets_a_version_of_its_own(app, azure, waiting):
    document = deepcopy(azure.control.resource(waiting["sourceImageId"]))
    app.approve(waiting)
    app.ended(waiting["id"])
    azure.control.put_resource(document)
    again = app.waiting(app.start(waiting["sourceImageId"]))
    assert again["imageVersionId"].endswith("/versions/1.0.1")
