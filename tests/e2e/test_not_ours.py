"""What others make under a name of ours, or keep in a gallery that we made, is never taken for the app's own."""

import pytest

from dev.emulator.seed import GALLERIES_GROUP
from tests.e2e.app import outcome
from tests.e2e.azure import definition_of
from tests.e2e.conftest import running_app
from tests.emulator.waiting import eventually


@pytest.fixture
def app(troubled):
    return troubled.app


@pytest.fixture
def azure(troubled):
    return troubled.azure


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
