"""What others made, or may rely on, is neither written over, deleted, nor taken for the app's own."""

import pytest

from dev.emulator.seed import GALLERIES_GROUP
from tests.support.documents import GALLERY_ID
from tests.support.running.answers import name_of, planned, problems_of
from tests.support.running.app import outcome
from tests.support.running.azure import definition_of
from tests.support.running.starting import running_app
from tests.support.waiting import eventually


@pytest.fixture
def app(troubled):
    return troubled.app


@pytest.fixture
def azure(troubled):
    return troubled.azure


def test_a_version_that_was_complete_is_not_deleted_when_a_later_update_of_it_failed(app, azure):
    """It was the copy that people had been told to use: the next start sent DELETE on it."""
    waiting = app.waiting(app.start(azure.seed_image("updated")))
    app.approve(waiting, decision="reject", comment="usable all the same")
    app.ended(waiting["id"])
    azure.change(waiting["imageVersionId"], lambda properties: properties.update(provisioningState="Failed"))
    plan = app.plan(waiting["sourceImageId"], targetRegions=["westus2"]).json()
    assert [note for note in plan["notes"] if "is left as it is" in note]
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    assert again["imageVersionId"] == f"{definition_of(waiting['sourceImageId'])}/versions/1.0.1"
    assert azure.exists(waiting["imageVersionId"])
    path = waiting["imageVersionId"].lower()
    assert not [call for call in azure.control.calls() if call["method"] == "DELETE" and call["path"].lower() == path]


def test_a_complete_version_that_failed_and_is_asked_for_by_number_is_a_problem_of_the_plan(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("numbered"), version="2.0.0"))
    app.approve(waiting, decision="reject", comment="no")
    app.ended(waiting["id"])
    azure.change(waiting["imageVersionId"], lambda properties: properties.update(provisioningState="Failed"))
    answer = app.plan(waiting["sourceImageId"], version="2.0.0")
    assert [problem["code"] for problem in answer.json()["errors"]] == ["FailedVersionStays"]


@pytest.mark.parametrize("what", ["gallery", "definition"])
def test_a_gallery_or_definition_of_others_that_shows_as_failed_is_not_written_over(app, azure, what):
    """A PUT over it lost its description, soft delete, and its owner's tags."""
    gallery = azure.seed_gallery("theirs")
    image = azure.seed_image("into-theirs")
    definition = azure.seed_definition(image.rpartition("/")[2], gallery=gallery, exact=True)
    theirs = gallery if what == "gallery" else definition
    azure.control.settings(replicationStalls=[])
    azure.change(theirs, lambda properties: properties.update(provisioningState="Failed", description="ours"))
    before = azure.control.resource(theirs)
    assert app.call("POST", "migrations", {"sourceImageId": image, "gallery": gallery}).status_code == 422
    assert azure.control.resource(theirs) == before


def replace_tags(azure, version):
    """As tools do that know no other way of writing one."""
    azure.update_tags(version, {"CostCenter": "42"}, operation="Replace")


@pytest.mark.parametrize("phase", ["Replicating", "AwaitingApproval"])
def test_a_version_whose_tags_somebody_replaced_is_known_by_the_record(app, azure, phase):
    """It was told as gone, or made from other disks, and the next run built a second one."""
    azure.control.settings(replicationSeconds={"westus2": 5000 if phase == "Replicating" else 1})
    migration_id = app.start(azure.seed_image("retagged"), targetRegions=["westus2"])
    if phase == "Replicating":
        app.until(migration_id, phase)
        replace_tags(azure, eventually(lambda: app.migration(migration_id)["imageVersionId"]))
    waiting = app.waiting(migration_id)
    if phase == "AwaitingApproval":
        replace_tags(azure, waiting["imageVersionId"])
    app.approve(waiting)
    assert outcome(app.ended(migration_id)) == ("Migrated", "Migrated")
    tags = azure.tags(waiting["imageVersionId"])
    assert (tags["CostCenter"], tags["migration-id"]) == ("42", migration_id)
    assert len(azure.versions(definition_of(waiting["sourceImageId"]))) == 1


def replaced(azure, version, source):
    """Somebody deletes a version, and makes one of their own under its number."""
    assert azure.arm("DELETE", version).status_code < 300
    eventually(lambda: azure.read(version) is None, 30)
    target = {"name": "East US 2", "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"}
    properties = {
        "publishingProfile": {"targetRegions": [target]},
        "storageProfile": {"source": {"id": source}},
    }
    body = {"location": "eastus2", "tags": {"owner": "colleague"}, "properties": properties}
    assert azure.arm("PUT", version, body).status_code < 300
    eventually(lambda: azure.read(version)["properties"]["provisioningState"] == "Succeeded", 30)


def test_a_version_that_replaced_ours_bears_none_of_our_tags_and_is_not_used_again(app, azure):
    """It was tagged as approved by somebody who never saw it; by those tags the next run promoted it."""
    waiting = app.waiting(app.start(azure.seed_image("replaced")))
    replaced(azure, waiting["imageVersionId"], waiting["sourceImageId"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "VersionReplaced")
    assert azure.tags(waiting["imageVersionId"]) == {"owner": "colleague"}
    again = app.waiting(app.start(waiting["sourceImageId"]))
    assert again["imageVersionId"] == f"{definition_of(waiting['sourceImageId'])}/versions/1.0.1"


def test_a_version_of_another_image_is_not_told_as_the_only_copy(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("lost")))
    replaced(azure, waiting["imageVersionId"], azure.seed_image("another"))
    azure.control.delete_resource(waiting["sourceImageId"])
    assert app.call("POST", waiting["links"]["cancel"]).status_code == 202
    ended = app.ended(waiting["id"])["outcome"]
    assert (ended["source"], ended["onlyCopy"], ended["leftBehind"]) == ("gone", False, [])
    assert azure.tags(waiting["imageVersionId"]) == {"owner": "colleague"}


def test_a_gallery_that_holds_the_copies_of_other_images_is_not_left_behind(azure):
    """Its other versions were the only copies by then, and the gallery was named as one to remove."""
    gallery = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/shared_new"
    with running_app(azure, MIGRATION_CREATE_GALLERY="true") as app:
        waiting = app.waiting(app.start(azure.seed_image("one"), gallery=gallery))
        other = app.approve_and_end(app.start(azure.seed_image("two"), gallery=gallery))
        assert other["outcome"]["onlyCopy"]
        assert app.call("POST", waiting["links"]["cancel"]).status_code == 202
        assert gallery not in app.ended(waiting["id"])["outcome"]["leftBehind"]


@pytest.mark.parametrize("code", ["OperationNotAllowed", "Conflict", "AnotherOperationInProgress"])
def test_a_conflict_of_a_moment_does_not_end_what_was_approved(app, azure, code):
    waiting = app.waiting(app.start(azure.seed_image("busy")))
    busy = {"status": 409, "code": code, "message": "another operation is under way"}
    azure.control.add_fault(method="PUT", path=f"{waiting['imageVersionId']}$", error=busy, times=1)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


@pytest.mark.parametrize("keeps_deleted", [True, False])
def test_a_failed_version_is_passed_over_and_left_as_it_is(fresh, keeps_deleted):
    azure, app = fresh.azure, fresh.app
    policy = {"isSoftDeleteEnabled": keeps_deleted}
    azure.change(GALLERY_ID, lambda properties: properties.update(softDeletePolicy=policy))
    azure.control.settings(replicationFailures={"westus3": "no capacity in this region"})
    image = azure.seed_image("stuck")
    failed = app.ended(app.start(image, targetRegions=["westus3"]))
    azure.until_failed(failed["imageVersionId"])
    version = f"{definition_of(image)}/versions/1.0.0"
    assert failed["outcome"]["leftBehind"] == [definition_of(image), version]
    assert problems_of(app.plan(image, version="1.0.0")) == [("version", "FailedVersionStays")]
    ended = app.approve_and_end(app.start(image))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert name_of(ended["imageVersionId"]) == "1.0.1"


def test_features_of_a_definition_that_somebody_else_made_are_left_as_they_are(app, azure):
    features = [
        {"name": "DiskControllerTypes", "value": "SCSI, NVMe"},
        {"name": "IsAcceleratedNetworkSupported", "value": "True"},
    ]
    definition = azure.seed_definition("featured", features=features)
    image = azure.seed_image("featured")
    ended = app.approve_and_end(app.start(image, imageDefinition=name_of(definition)))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert azure.read(definition)["properties"]["features"] == features


def test_half_a_purchase_plan_of_another_definition_costs_nobody_anything(fresh):
    azure, app = fresh.azure, fresh.app
    azure.seed_definition("other", purchasePlan={"name": "l1"})
    image = azure.seed_image("beside")
    assert planned(app.plan(image))["createDefinition"] is True
    assert app.call("GET", "galleries").status_code == 200
    assert outcome(app.approve_and_end(app.start(image))) == ("Migrated", "Migrated")
