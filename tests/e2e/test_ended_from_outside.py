"""A migration that was ended from outside leaves nothing behind that still deletes, and no audit can be rewritten."""

import json

import pytest

from tests.support.running.app import outcome
from tests.support.running.azure import TAG
from tests.support.running.system_key import SystemKey, closed_by_the_clock, tended
from tests.support.waiting import eventually

BUSY = {"status": 503, "code": "ServerBusy", "message": "try again"}


@pytest.fixture
def key(app):
    return SystemKey(app)


def test_one_look_concludes_nothing_of_a_migration_that_has_been_terminated(app, azure, key, waiting):
    key.terminate(waiting["id"])
    for _ in range(3):
        seen = app.migration(waiting["id"])
        assert (seen["outcome"], seen["stopped"], seen["waitingFor"]) == (None, True, None)
        assert "stopped from outside" in str(seen["notes"])
    assert azure.record(waiting["id"])["run"]["missingSince"] is None, "a GET has written"
    listed = app.call("GET", "migrations", params={"text": waiting["sourceImageId"]}).json()["migrations"]
    assert [(one["outcome"], one["stopped"]) for one in listed] == [(None, True)]


def test_a_migration_missed_twice_minutes_apart_is_closed_by_the_clock_and_cannot_go_on(app, azure, key, waiting):
    kept = app.state(waiting["id"])
    key.terminate(waiting["id"])
    tended(app)
    tended(app)
    assert app.migration(waiting["id"])["outcome"] is None
    ended = closed_by_the_clock(app, azure, waiting["id"])
    assert outcome(ended) == ("Cancelled", "Terminated")
    key.start(waiting["id"], kept)
    key.run_out(waiting["id"])
    assert app.migration(waiting["id"]) | {"updatedAt": ended["updatedAt"]} == ended  # people are told meanwhile
    assert app.decide(ended).status_code == 409
    assert azure.exists(waiting["sourceImageId"])


def test_a_decision_on_a_migration_that_is_gone_closes_it_the_second_time(app, azure, key, waiting):
    key.terminate(waiting["id"])
    assert app.decide(waiting).status_code == 409
    run = azure.record(waiting["id"])["run"]
    assert run["missingSince"] is not None
    assert app.decide(waiting).json()["code"] == "MigrationEnded"
    azure.change_record(waiting["id"], run=run | {"missingSince": "2020-01-01T00:00:00+00:00"})
    assert app.decide(waiting).status_code == 409
    assert outcome(app.migration(waiting["id"])) == ("Cancelled", "Terminated")
    assert azure.exists(waiting["sourceImageId"])


def test_a_new_start_of_a_migration_that_is_gone_is_admitted_the_second_time(app, azure, key, waiting):
    key.terminate(waiting["id"])
    body = {"sourceImageId": waiting["sourceImageId"]}
    first = app.call("POST", "migrations", body)
    assert (first.status_code, first.json()["run"]) == (409, waiting["run"])
    run = azure.record(waiting["id"])["run"]
    azure.change_record(waiting["id"], run=run | {"missingSince": "2020-01-01T00:00:00+00:00"})
    second = app.call("POST", "migrations", body)
    assert second.status_code == 202, second.text
    again = app.waiting(waiting["id"])
    assert again["run"] == second.json()["run"] != waiting["run"]


def test_what_was_missed_once_and_is_there_again_goes_on(app, azure, key, waiting):
    kept = app.state(waiting["id"])
    key.terminate(waiting["id"])
    eventually(lambda: tended(app) or azure.record(waiting["id"])["run"]["missingSince"], 20)
    key.start(waiting["id"], kept)
    eventually(lambda: tended(app) or not azure.record(waiting["id"])["run"]["missingSince"], 20)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_what_was_approved_and_ended_from_outside_can_still_be_cancelled(app, azure, key, waiting):
    azure.control.add_fault(method="*", path="/versions/", error=BUSY, times=None)
    try:
        app.approve(waiting)
        eventually(lambda: app.migration(waiting["id"])["phase"] == "Promoting")
        state = app.state(waiting["id"])
        key.terminate(waiting["id"])
    finally:
        azure.control.remove_faults()
    assert app.call("POST", waiting["links"]["cancel"]).status_code == 202
    assert azure.record(waiting["id"])["run"]["question"]["stage"] == "cancelled"
    assert outcome(app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    key.start(waiting["id"], state | {"phase": "DeletingSource"})
    key.run_out(waiting["id"])
    assert outcome(app.migration(waiting["id"])) == ("Cancelled", "Cancelled")
    assert azure.exists(waiting["sourceImageId"])


def test_a_forged_state_does_not_rewrite_the_audit_of_an_earlier_run(app, azure, key, waiting):
    assert app.decide(waiting, decision="reject", approver="Ada", comment="keep it").status_code == 202
    app.ended(waiting["id"])
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    before = app.audit(again)
    assert "keep it" in json.dumps(before["earlier"])
    key.terminate(again["id"])
    forged = {"run": before["earlier"][0]["run"], "phase": "Planning", "audit": [{"event": "approved", "by": "Eve"}]}
    key.start(again["id"], forged)
    eventually(lambda: app.instance(again["id"])["runtimeStatus"] == "Running")
    app.raise_event(again["id"], "Approval", "{}")
    assert app.audit(again) == before


@pytest.mark.parametrize("phase", ["Planning", "Promoting", "DeletingSource", "Done"])
def test_a_forged_hint_with_the_live_runs_own_id_goes_where_the_record_is(app, azure, key, waiting, phase):
    key.terminate(waiting["id"])
    key.start(waiting["id"], {"run": waiting["run"], "phase": phase, "approval": {"decision": "approve"}})
    app.status_where(waiting["id"], lambda status: status["phase"] == "AwaitingApproval")
    eventually(lambda: not app.migration(waiting["id"])["stopped"])
    shown = app.migration(waiting["id"])
    assert {**shown, "updatedAt": ""} == {**waiting, "updatedAt": ""}
    app.approve(shown)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_a_tag_taken_off_and_set_again_starts_what_was_ended_from_outside(app, azure, key, all_events_handled):
    image = azure.seed_image("tagged", tags={"team": "web"})
    azure.update_image(image, {"team": "web", TAG: "default"})
    waiting = app.waiting(app.started(image)["id"])
    key.terminate(waiting["id"])
    closed_by_the_clock(app, azure, waiting["id"])
    azure.update_image(image, {"team": "web"})
    all_events_handled()
    azure.update_image(image, {"team": "web", TAG: "default"})
    eventually(lambda: app.migration(waiting["id"])["run"] != waiting["run"], 20)
