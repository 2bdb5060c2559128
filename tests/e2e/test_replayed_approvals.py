"""An approval is good for one question, once and for a while: whatever is kept of it in the hub deletes nothing."""

import json

import pytest

from tests.e2e.deletes import held_while_promoting, is_delete_of, lose_replica
from tests.support.running.app import approval, outcome
from tests.support.running.starting import running_app
from tests.support.running.system_key import SystemKey
from tests.support.waiting import eventually


def nothing_is_deleted(app, azure, waiting, end):
    ended = app.migration(waiting["id"])
    assert outcome(ended) == end, ended["outcome"]
    assert azure.exists(waiting["sourceImageId"])
    assert not [call for call in azure.control.calls() if is_delete_of(call, waiting["sourceImageId"])]


def test_an_approval_of_a_run_that_keeps_its_source_deletes_nothing_in_a_later_one(app, azure):
    image = azure.seed_image("kept-first")
    kept = app.waiting(app.start(image))
    said = {**approval(kept), "callback": kept["callback"]}
    app.approve(kept, decision="accept")
    assert outcome(app.ended(kept["id"])) == ("SourceKept", "Accepted")
    deleting = app.waiting(app.start(image))
    for event in (said, kept["approval"], {"look": True}, said | {"callback": "the last one"}):
        assert app.raise_event(deleting["id"], "Approval", json.dumps(event)).status_code == 202
    assert eventually(lambda: "ignored" in str(app.migration(deleting["id"])["notes"]), 10)
    assert (app.migration(deleting["id"])["phase"], azure.exists(image)) == ("AwaitingApproval", True)


def test_an_approval_from_before_a_rejection_deletes_nothing_after_it(app, azure, waiting):
    with held_while_promoting(azure, waiting):
        app.approve(waiting)
        app.until(waiting["id"], "Promoting")
        approved = app.state(waiting["id"])
        assert app.call("POST", waiting["links"]["cancel"]).status_code == 202
    assert outcome(app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    assert app.decide(again, decision="reject", comment="no").status_code == 202
    app.ended(waiting["id"])
    key = SystemKey(app)
    key.start(waiting["id"], approved | {"phase": "DeletingSource"})
    key.run_out(waiting["id"])
    nothing_is_deleted(app, azure, waiting, ("SourceKept", "Rejected"))


def test_a_restarted_migration_does_not_repeat_an_approved_delete(app, azure, waiting):
    image = azure.control.resource(waiting["sourceImageId"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    azure.control.put_resource(image)  # somebody restores it
    began = len(azure.control.calls())
    key = SystemKey(app)
    assert key.restart(waiting["id"]).status_code == 202
    key.run_out(waiting["id"])
    assert azure.exists(waiting["sourceImageId"])
    assert not [call for call in azure.control.calls()[began:] if is_delete_of(call, waiting["sourceImageId"])]


def test_a_twin_of_an_approved_migration_does_nothing(app, azure, waiting):
    with held_while_promoting(azure, waiting):
        app.approve(waiting)
        app.until(waiting["id"], "Promoting")
        began = len(azure.control.calls())
        key = SystemKey(app)
        key.start("a-twin", app.state(waiting["id"]) | {"phase": "DeletingSource"})
        key.run_out("a-twin")
        assert not [c for c in azure.control.calls()[began:] if is_delete_of(c, waiting["sourceImageId"])]
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_an_approval_lapses(azure):
    with running_app(azure, MIGRATION_APPROVAL_VALIDITY="PT0.5S") as app:
        waiting = app.waiting(app.start(azure.seed_image("slow")))
        with held_while_promoting(azure, waiting):
            app.approve(waiting)
            app.ended(waiting["id"])
        nothing_is_deleted(app, azure, waiting, ("SourceKept", "ApprovalLapsed"))
        assert app.call("POST", waiting["links"]["askAgain"]).status_code == 202


def test_a_region_lost_while_promoting_does_not_pass_the_last_check(app, azure, waiting):
    """The plan that counts is the record's, whatever an instance is started with."""
    with held_while_promoting(azure, waiting):
        app.approve(waiting)
        app.until(waiting["id"], "Promoting")
        key = SystemKey(app)
        key.terminate(waiting["id"])
        # Still held: a promotion that is tried again would replicate the lost region anew.
        azure.change(waiting["imageVersionId"], lose_replica)
        fewer = [region for region in waiting["plan"]["targetRegions"] if region["name"] == "eastus2"]
        key.start(waiting["id"], {"run": waiting["run"], "phase": "DeletingSource", "plan": {"targetRegions": fewer}})
        app.ended(waiting["id"])
    nothing_is_deleted(app, azure, waiting, ("SourceKept", "ReplicationIncomplete"))


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_an_invented_answer_of_the_app_itself_says_no_more_than_look(app, azure, waiting, decision):
    said = approval(waiting, decision=decision) | {"id": "x", "via": "page", "verified": True, "checks": ["all"]}
    assert app.raise_event(waiting["id"], "Approval", json.dumps(said)).status_code == 202
    app.raise_event(waiting["id"], "Approval", json.dumps(approval(waiting, callback="the last one")))
    assert eventually(lambda: "ignored" in str(app.migration(waiting["id"])["notes"]), 10)
    assert app.migration(waiting["id"])["approval"] is None
