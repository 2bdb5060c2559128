"""Facts change between two looks: what is deleted is what was approved, judged by what is true just before."""

from contextlib import contextmanager

import pytest

from tests.e2e.deletes import approved_and_kept, is_delete_of
from tests.support.running.app import PATIENCE_SECONDS, outcome
from tests.support.running.azure import TAG
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

LATER = "2099-01-01T00:00:00+00:00"
SCALE_SETS = "/virtualMachineScaleSets$"
SCAN_SECONDS = 2


def rebuild(azure, image_id):
    """Make the image again under its old name, from the very same disks."""
    azure.control.put_resource(azure.control.resource(image_id) | {"systemData": {"createdAt": LATER}})


def make_again(azure, version_id):
    """Delete the version and make it again by hand, as far as its name, tags and regions go."""
    azure.change(version_id, lambda properties: properties["publishingProfile"].update(publishedDate=LATER))


def forget_age(azure, image_id):
    azure.control.put_resource(azure.control.resource(image_id) | {"systemData": None})


@contextmanager
def while_users_are_looked_for(azure):
    """Azure answers the list of scale sets late: the block runs after the scan has begun, before it has ended."""
    begun = len(azure.control.calls())
    fault = azure.control.add_fault(method="GET", path=SCALE_SETS, delaySeconds=SCAN_SECONDS, times=None)
    yield lambda: eventually(
        lambda: [call for call in azure.control.calls()[begun:] if call["path"].endswith("/virtualMachines")], 20
    )
    azure.control.remove_faults()
    assert fault["delaySeconds"] == SCAN_SECONDS


def changed_during_the_scan(troubled, change):
    """Approve, and let `change` happen while users are looked for; gives back the end and the source's id."""
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    with while_users_are_looked_for(azure) as begun:
        app.approve(waiting)
        begun()
        change(azure, waiting)
        ended = app.ended(waiting["id"])
    assert azure.exists(waiting["sourceImageId"])
    assert not [call for call in azure.control.calls() if is_delete_of(call, waiting["sourceImageId"])]
    return outcome(ended)


def test_an_image_rebuilt_while_users_were_looked_for_is_not_deleted(troubled):
    end = changed_during_the_scan(troubled, lambda azure, waiting: rebuild(azure, waiting["sourceImageId"]))
    assert end == ("SourceKept", "SourceChanged")


def test_a_version_deleted_while_users_were_looked_for_keeps_its_source(troubled):
    end = changed_during_the_scan(
        troubled, lambda azure, waiting: azure.control.delete_resource(waiting["imageVersionId"])
    )
    assert end == ("SourceKept", "VersionNotFound")


def test_a_wish_withdrawn_while_users_were_looked_for_keeps_the_source(troubled):
    never = {f"{TAG}-options": "delete-source=never"}
    end = changed_during_the_scan(troubled, lambda azure, waiting: azure.update_tags(waiting["sourceImageId"], never))
    assert end == ("SourceKept", "KeptByTag")


def test_a_version_made_again_by_hand_is_not_the_one_that_was_approved(app, azure, waiting):
    make_again(azure, waiting["imageVersionId"])
    assert "made again" in approved_and_kept(app, azure, waiting, "VersionReplaced")


def test_a_version_made_again_before_the_question_is_not_asked_about_as_the_old_one(app, azure, waiting):
    """Asked anew, the question is about the version that is there now; the answer to the old one is spent."""
    make_again(azure, waiting["imageVersionId"])
    approved_and_kept(app, azure, waiting, "VersionReplaced")
    assert app.call("POST", waiting["links"]["askAgain"]).status_code == 202
    again = app.waiting(waiting["id"])
    assert again["callback"] != waiting["callback"]
    app.approve_by_event(again, callback=waiting["callback"])
    assert eventually(lambda: "ignored" in str(app.migration(waiting["id"])["notes"]), 10)
    assert azure.exists(waiting["sourceImageId"])


def test_an_image_rebuilt_from_the_same_disks_is_not_deleted(app, azure, waiting):
    rebuild(azure, waiting["sourceImageId"])
    approved_and_kept(app, azure, waiting, "SourceChanged")


def test_an_image_that_cannot_be_told_from_one_made_again_is_kept_and_the_plan_says_so(app, azure):
    image = azure.seed_image("ageless")
    forget_age(azure, image)
    assert "does not say when the image was made" in str(app.plan(image).json()["notes"])
    ended = app.ended(app.start(image))
    assert outcome(ended) == ("SourceKept", "CannotTellApart")
    assert azure.exists(image)


def test_an_image_whose_age_is_not_told_any_more_is_kept(app, azure, waiting):
    forget_age(azure, waiting["sourceImageId"])
    approved_and_kept(app, azure, waiting, "CannotTellApart")


@pytest.mark.parametrize(
    "change",
    [
        lambda properties: properties["publishingProfile"].update(replicationMode="Shallow"),
        lambda properties: properties.update(provisioningState="Creating"),
        lambda properties: properties.update(provisioningState="Updating"),
    ],
    ids=["shallow", "being created", "being updated"],
)
def test_a_version_in_another_gallery_that_needs_the_source_keeps_it(app, azure, waiting, change):
    elsewhere = azure.seed_definition("elsewhere", gallery=azure.seed_gallery("elsewhere"))
    other = azure.seed_version(elsewhere, "1.0.0", source=waiting["sourceImageId"].upper())
    azure.change(other, change)
    assert other in approved_and_kept(app, azure, waiting, "SourceInUse")
    azure.control.delete_resource(other)


def test_a_finished_version_in_another_gallery_does_not_keep_the_source(app, azure, waiting):
    elsewhere = azure.seed_definition("elsewhere", gallery=azure.seed_gallery("elsewhere"))
    azure.seed_version(elsewhere, "1.0.0", source=waiting["sourceImageId"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


@pytest.fixture
def tagged(app, azure):
    """A migration that a tag started, and that waits for approval."""
    image = azure.seed_image("tagged")
    azure.update_tags(image, {TAG: "default"})
    return app.waiting(app.started(image)["id"])


WITHDRAWN = {
    "the tag is gone": ({}, "RequestWithdrawn"),
    "another gallery": ({TAG: "another_gallery"}, "RequestWithdrawn"),
    "never": ({TAG: "default", f"{TAG}-options": "delete-source=never"}, "KeptByTag"),
    "unreadable": ({TAG: "default", f"{TAG}-options": "delete-source=perhaps"}, "KeptByTag"),
}


@pytest.mark.parametrize("wish", WITHDRAWN)
def test_a_wish_that_was_withdrawn_before_the_delete_keeps_the_source(app, azure, tagged, wish):
    tags, code = WITHDRAWN[wish]
    azure.update_image(tagged["sourceImageId"], tags)
    app.approve(tagged)
    ended = eventually(lambda: of_run(app, tagged), PATIENCE_SECONDS)  # the changed tags start another migration
    assert (ended["kind"], ended["code"]) == ("SourceKept", code), ended
    assert azure.exists(tagged["sourceImageId"])


def of_run(app, migration):
    """The outcome of the run that was asked about, once it has ended: the latest, or one before."""
    latest = app.migration(migration["id"])["outcome"]  # read first: what follows tells whether it was another run's
    audit = app.audit(migration)
    earlier = [run["outcome"] for run in audit["earlier"] if run["outcome"]]
    return earlier[-1] if earlier else latest


@pytest.mark.parametrize("options", ["delete-source=never", "delete-source=NEVER; colour=blue"])
def test_never_on_the_image_counts_for_a_migration_started_over_http_too(app, azure, waiting, options):
    azure.update_tags(waiting["sourceImageId"], {f"{TAG}-options": options})
    approved_and_kept(app, azure, waiting, "KeptByTag")


def test_an_unrelated_tag_withdraws_nothing(app, azure, tagged):
    azure.update_tags(tagged["sourceImageId"], {"team": "web"})
    app.approve(tagged)
    assert outcome(app.ended(tagged["id"])) == ("Migrated", "Migrated")


def test_the_setting_never_is_a_lock_that_no_request_opens(azure):
    with running_app(azure, MIGRATION_DELETE_SOURCE="never") as app:
        image = azure.seed_image("locked-by-setting")
        ended = app.ended(app.start(image, deleteSource="afterApproval"))
    assert outcome(ended) == ("SourceKept", "Policy")
    assert azure.exists(image)
