"""A migration that was ended from outside leaves nothing behind that still deletes, and no audit can be rewritten."""

import json

import requests

from tests.e2e.app import outcome
from tests.emulator.waiting import eventually

BUSY = {"status": 503, "code": "ServerBusy", "message": "try again"}


def durable(app, path, body=None):
    url = f"{app.host.url}/runtime/webhooks/durabletask/{path}"
    return requests.post(url, json=body, params={"code": app.host.durable_key}, timeout=30)


def terminated(app, waiting):
    durable(app, f"instances/{waiting['id']}/terminate?reason=stop")
    eventually(lambda: app.instance(waiting["id"])["runtimeStatus"] == "Terminated")


def test_an_approval_of_a_migration_that_has_been_terminated_is_not_accepted(app, azure, waiting):
    terminated(app, waiting)
    assert outcome(app.migration(waiting["id"])) == ("Cancelled", "Terminated")
    assert app.decide(waiting).status_code == 409


def test_what_was_approved_and_ended_from_outside_can_still_be_cancelled(app, azure, waiting):
    state = app.state(waiting["id"])
    azure.control.add_fault(method="*", path="/versions/", error=BUSY, times=None)
    try:
        app.approve(waiting)
        terminated(app, waiting)
    finally:
        azure.control.remove_faults()
    assert app.call("POST", waiting["links"]["cancel"]).status_code == 202
    assert azure.record(waiting["id"])["run"]["question"]["stage"] == "cancelled"
    forged = state | {"phase": "DeletingSource"}
    assert durable(app, f"orchestrators/migrate_image/{waiting['id']}", forged).status_code == 202
    assert outcome(app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    assert azure.exists(waiting["sourceImageId"])


def test_a_forged_state_does_not_rewrite_the_audit_of_an_earlier_run(app, azure, waiting):
    assert app.decide(waiting, decision="reject", approver="Ada", comment="keep it").status_code == 202
    app.ended(waiting["id"])
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    before = app.call("GET", again["links"]["audit"]).json()["earlier"]
    assert "keep it" in json.dumps(before)
    forged = app.state(again["id"])
    terminated(app, again)
    forged |= {
        "createdAt": before[0]["createdAt"],
        "phase": "Planning",
        "audit": [{"at": before[0]["createdAt"], "event": "decision: approve", "by": "Eve"}],
    }
    forged["start"]["request"] = None
    forged["start"]["problems"] = [{"field": "x", "code": "x", "message": "x"}]
    assert durable(app, f"orchestrators/migrate_image/{again['id']}", forged).status_code == 202
    app.ended(again["id"])
    app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))  # so that every older run is `earlier`
    after = app.call("GET", again["links"]["audit"]).json()
    assert "keep it" in json.dumps(after), "the rejection is gone from the audit"


def test_a_forged_state_shows_no_approval_that_nobody_gave(app, azure, waiting):
    forged = app.state(waiting["id"])
    terminated(app, waiting)
    forged["approval"] = {
        "decision": "approve",
        "approver": "Ada Lovelace",
        "imageVersionId": waiting["imageVersionId"],
        "via": "page",
        "verified": True,
    }
    forged["decidedAt"] = "2026-11-25T00:00:00+00:00"
    assert durable(app, f"orchestrators/migrate_image/{waiting['id']}", forged).status_code == 202
    eventually(lambda: app.instance(waiting["id"])["runtimeStatus"] != "Terminated")
    shown = eventually(
        lambda: found if (found := app.migration(waiting["id"]))["phase"] == "AwaitingApproval" else None
    )
    assert shown["approval"] is None
