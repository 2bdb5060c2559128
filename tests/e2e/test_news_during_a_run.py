"""What an image is wished while its migration runs is acted on at its end; nothing is written on another image."""

from copy import deepcopy

import pytest

from dev.app_events import send_events
from tests.support.running.app import outcome
from tests.support.running.azure import TAG, definition_of, running_azure
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

TEAM = {"team": "web"}


@pytest.fixture
def asking(app, azure):
    """A migration that a tag started, once it asks."""
    image = azure.seed_image("nightly", tags=TEAM)
    azure.update_image(image, {**TEAM, TAG: "default"})
    return app.waiting(app.started(image)["id"])


def rebuilt(azure, image, tags):
    """The image as a nightly pipeline leaves it: deleted, made again from the same disks, and tagged."""
    document = deepcopy(azure.control.resource(image))
    azure.control.delete_resource(image)
    document.pop("systemData", None)
    azure.control.put_resource(document | {"tags": TEAM})
    azure.update_image(image, {**TEAM, **tags})


def next_run(app, ended):
    """The migration that follows, once there is one and the task hub carries it out."""
    found = eventually(lambda: now if (now := app.migration(ended["id"]))["run"] != ended["run"] else None, 20)
    app.status_where(ended["id"], lambda status: status["run"] == found["run"])
    return found


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_an_image_built_anew_while_its_question_is_open_migrates_after(
    app, azure, asking, decision, all_events_handled
):
    image = asking["sourceImageId"]
    rebuilt(azure, image, {TAG: "default"})
    all_events_handled()
    assert not app.has_changed(asking)
    app.approve(asking, decision=decision)
    again = app.waiting(next_run(app, asking)["id"])
    assert again["imageVersionId"] == f"{definition_of(image)}/versions/1.0.1"
    assert f"{TAG}-status" not in azure.tags(image)
    app.approve(again)
    assert outcome(app.ended(again["id"])) == ("Migrated", "Migrated")
    assert not azure.exists(image)


@pytest.mark.parametrize(("decision", "code"), [("approve", "SourceChanged"), ("reject", "Rejected")])
def test_an_image_built_anew_without_a_tag_is_left_alone(app, azure, asking, decision, code):
    image = asking["sourceImageId"]
    rebuilt(azure, image, {})
    app.approve(asking, decision=decision)
    assert outcome(app.ended(asking["id"])) == ("SourceKept", code)
    assert azure.tags(image) == TEAM


def test_options_changed_while_it_is_asked_are_acted_on_after_the_rejection(app, azure, asking, all_events_handled):
    image = asking["sourceImageId"]
    azure.update_tags(image, {f"{TAG}-options": "regions=westus2; delete-source=never; exclude-from-latest=true"})
    all_events_handled()
    app.approve(asking, decision="reject")
    ended = app.ended(next_run(app, asking)["id"])
    assert outcome(ended) == ("SourceKept", "Policy")
    assert [region["name"] for region in ended["regions"]] == ["eastus2", "westus2"]
    assert azure.exists(image)


def test_a_refused_tag_corrected_while_notifications_still_retry_is_acted_on():
    with running_azure() as azure, running_app(azure, MIGRATION_NOTIFY="json://127.0.0.1:9/") as app:
        send_events(azure.control, app.host.event_grid_url("image_tagged"))
        image = azure.seed_image("mistyped")
        azure.update_tags(image, {TAG: "a/b/c/d"})
        refused = eventually(
            lambda: found if (found := app.find(image)) and found["phase"] == "Done" else None, timeout_seconds=20
        )
        assert refused["outcome"]["kind"] == "Refused"
        eventually(lambda: azure.record(refused["id"])["run"]["owed"])  # nobody could be told yet
        azure.update_tags(image, {TAG: "default"})
        assert app.waiting(next_run(app, refused)["id"])["imageVersionId"] == f"{definition_of(image)}/versions/1.0.0"


def test_an_image_that_is_not_the_one_that_was_refused_bears_no_status_of_it(app, azure, asking):
    """The record knows the content that a start was about: another image of that name is none of its business."""
    image = asking["sourceImageId"]
    rebuilt(azure, image, {TAG: "default"})
    app.call("POST", asking["links"]["cancel"])
    again = app.waiting(next_run(app, asking)["id"])
    assert f"{TAG}-status" not in azure.tags(image)
    assert again["imageVersionId"].endswith("/versions/1.0.1")


def test_the_tag_as_it_was_starts_nothing_at_the_end(app, azure, asking, all_events_handled):
    azure.update_tags(asking["sourceImageId"], {"owner": "somebody"})
    app.approve(asking, decision="reject")
    ended = app.ended(asking["id"])
    all_events_handled()
    assert (ended["createdAt"], outcome(ended)) == (asking["createdAt"], ("SourceKept", "Rejected"))
    assert azure.tags(asking["sourceImageId"])[f"{TAG}-status"].startswith("SourceKept Rejected ")
