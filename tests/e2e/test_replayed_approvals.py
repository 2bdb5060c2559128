"""An approval is good for one question, once and for a while: whatever is kept of it in the hub deletes nothing."""

import json
from contextlib import contextmanager

import pytest
import requests

from tests.e2e.app import PATIENCE_SECONDS, approval, outcome
from tests.e2e.conftest import running_app
from tests.e2e.test_deletion import is_delete_of, lose_replica
from tests.e2e.test_forged_instances import start_instance
from tests.emulator.waiting import eventually

DURABLE = "/runtime/webhooks/durabletask"


def steer(app, method, path, **query):
    """The platform's own API, as the holder of the system key uses it."""
    url = f"{app.host.url}{DURABLE}/{path}"
    return requests.request(method, url, params={"code": app.host.durable_key, **query}, timeout=PATIENCE_SECONDS)


@contextmanager
def held_while_promoting(azure, waiting):
    """Azure throttles the promotion of this version until the block ends."""
    throttled = {"throttle": "compute", "retryAfterSeconds": 1, "times": None}
    azure.control.add_fault(method="PUT", path=f"{waiting['imageVersionId']}$", **throttled)
    yield
    azure.control.remove_faults()


def carried_on(state, waiting):
    """The state as it would stand if an approval had counted and the version been promoted."""
    decision = approval(waiting, decision="approve") | {"via": "page", "verified": True}
    return state | {"phase": "DeletingSource", "promoted": True, "approval": decision}


def deletes_nothing(app, azure, waiting, code="NotApproved"):
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", code), ended["outcome"]
    assert azure.exists(waiting["sourceImageId"])
    assert not [call for call in azure.control.calls() if is_delete_of(call, waiting["sourceImageId"])]


def test_an_approval_of_a_run_that_keeps_its_source_deletes_nothing_in_a_later_one(app, azure):
    image = azure.seed_image("kept-first")
    kept = app.waiting(app.start(image, deleteSource="never"))
    said = {**approval(kept), "callback": kept["callback"]}
    app.approve(kept)
    app.ended(kept["id"])
    old = app.state(kept["id"])
    deleting = app.waiting(app.start(image))
    for event in (said, old.get("approval"), {"look": True}, said | {"callback": "the last one"}):
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
    start_instance(app, "migrate_image", approved | {"phase": "DeletingSource"}, waiting["id"])
    deletes_nothing(app, azure, waiting)


def test_a_purge_does_not_wipe_a_rejection(app, azure, waiting):
    state = app.state(waiting["id"])
    assert app.decide(waiting, decision="reject", comment="no").status_code == 202
    app.ended(waiting["id"])
    assert steer(app, "DELETE", f"instances/{waiting['id']}").status_code == 200
    start_instance(app, "migrate_image", carried_on(state, waiting), waiting["id"])
    deletes_nothing(app, azure, waiting)


def test_a_restarted_migration_does_not_repeat_an_approved_delete(app, azure, waiting):
    image = azure.control.resource(waiting["sourceImageId"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    azure.control.put_resource(image)  # somebody restores it
    began = len(azure.control.calls())
    answer = steer(app, "POST", f"instances/{waiting['id']}/restart", restartWithNewInstanceId="false")
    assert answer.status_code == 202, answer.text
    app.ended(waiting["id"])
    assert azure.exists(waiting["sourceImageId"])
    assert not [call for call in azure.control.calls()[began:] if is_delete_of(call, waiting["sourceImageId"])]


def test_a_twin_of_an_approved_migration_does_nothing(app, azure, waiting):
    with held_while_promoting(azure, waiting):
        app.approve(waiting)
        app.until(waiting["id"], "Promoting")
        state = app.state(waiting["id"]) | {"phase": "DeletingSource"}
        began = len(azure.control.calls())
        start_instance(app, "migrate_image", state, "a-twin")
        eventually(lambda: app.instance("a-twin")["runtimeStatus"] == "Completed", 10)
        assert "ForeignInstance" in json.dumps(app.instance("a-twin")["output"])
        assert not [c for c in azure.control.calls()[began:] if is_delete_of(c, waiting["sourceImageId"])]
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_an_approval_lapses(azure):
    with running_app(azure, MIGRATION_APPROVAL_VALIDITY="PT0.5S") as app:
        waiting = app.waiting(app.start(azure.seed_image("slow")))
        with held_while_promoting(azure, waiting):
            app.approve(waiting)
            eventually(lambda: app.migration(waiting["id"])["phase"] == "Done", 20)
        deletes_nothing(app, azure, waiting, "ApprovalLapsed")
        assert app.call("POST", waiting["links"]["askAgain"]).status_code == 202


def test_a_forged_plan_with_fewer_regions_does_not_pass_the_last_check(app, azure, waiting):
    """The plan that counts is the record's: a region that the state leaves out is looked at all the same."""
    with held_while_promoting(azure, waiting):
        app.approve(waiting)
        app.until(waiting["id"], "Promoting")
        state = app.state(waiting["id"])
        assert steer(app, "POST", f"instances/{waiting['id']}/terminate", reason="x").status_code == 202
        eventually(lambda: app.instance(waiting["id"])["runtimeStatus"] == "Terminated", 10)
        # Still held: a promotion that is tried again would replicate the lost region anew.
        azure.change(waiting["imageVersionId"], lose_replica)
        fewer = [region for region in state["plan"]["targetRegions"] if region["name"] == "eastus2"]
        forged = state | {"phase": "DeletingSource", "plan": state["plan"] | {"targetRegions": fewer}}
        start_instance(app, "migrate_image", forged, waiting["id"])
        deletes_nothing(app, azure, waiting, "ReplicationIncomplete")


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_an_invented_answer_of_the_app_itself_says_no_more_than_look(app, azure, waiting, decision):
    said = approval(waiting, decision=decision) | {"id": "x", "via": "page", "verified": True, "checks": ["all"]}
    assert app.raise_event(waiting["id"], "Approval", json.dumps(said)).status_code == 202
    app.raise_event(waiting["id"], "Approval", json.dumps(approval(waiting, callback="the last one")))
    assert eventually(lambda: "ignored" in str(app.migration(waiting["id"])["notes"]), 10)
    assert app.migration(waiting["id"])["approval"] is None
