"""What a human decides, by POST or through the platform's callback, and what does not count as a decision."""

import json
from typing import Any

import pytest

from tests.support.running.app import PROBLEM, approval, outcome
from tests.support.running.azure import TAG
from tests.support.waiting import eventually


def test_an_approval_by_post_migrates_and_is_recorded_on_the_version(app, azure, waiting):
    app.approve(waiting, comment="boots, and serves pages")
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("Migrated", "Migrated")
    assert ended["approval"]["approver"] == "Ada Lovelace"
    assert not azure.exists(waiting["sourceImageId"])
    tags = azure.tags(waiting["imageVersionId"])
    assert tags["decided-by"] == "Ada Lovelace"
    assert tags["migration-outcome"] == "Migrated"
    assert tags["decided-at"] > waiting["createdAt"][:19]


def test_an_approval_through_the_platforms_callback_migrates(app, azure, waiting):
    app.approve_by_event(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    assert not azure.exists(waiting["sourceImageId"])


def test_the_version_may_be_named_without_regard_to_case(app, waiting):
    app.approve(waiting, imageVersionId=waiting["imageVersionId"].upper())
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def hostile_payloads(good):
    """Thirty bodies that are JSON, and no approval of this version, though many hold the question's token."""
    version = good["imageVersionId"]
    deep = "[" * 400 + "]" * 400
    return [
        *("null", "true", "0", "1e999", '""', '"approve"', json.dumps(json.dumps(good)), "[]", "{}", deep),
        json.dumps([good]),
        json.dumps({"decision": "approve"}),
        *(
            json.dumps(good | change)
            for change in (
                {"decision": "APPROVE"},
                {"decision": True},
                {"decision": ["approve"]},
                {"decision": "approve\n"},
                {"decision": None},
                {"approver": ""},
                {"approver": "  "},
                {"approver": {"name": "Ada"}},
                {"approver": "Ada\nX-Role: owner"},
                {"approver": "\u202eadA"},
                {"approver": "A" * 257},
                {"imageVersionId": ""},
                {"imageVersionId": None},
                {"imageVersionId": [version]},
                {"imageVersionId": f"{version}/../1.0.1"},
                {"imageVersionId": version.replace("1.0.0", "1.0.1")},
                {"comment": "c" * 2000},
                {"__class__": "Popen", "__module__": "subprocess", "__data__": ["true"], "decision": "Approve"},
            )
        ),
    ]


def test_thirty_hostile_payloads_change_nothing_and_crash_nothing(app, azure, waiting):
    payloads = hostile_payloads(approval(waiting, callback=waiting["callback"]))
    assert len(payloads) == 30
    for payload in payloads:
        assert app.raise_event(waiting["id"], "Approval", payload).status_code == 202
    app.raise_event(waiting["id"], "Approval", json.dumps(approval(waiting, callback="the last one")))
    eventually(lambda: "callback token" in str(app.migration(waiting["id"])["notes"]), 20)
    after = app.migration(waiting["id"])
    assert (after["phase"], after["approval"]) == ("AwaitingApproval", None)
    assert app.instance(waiting["id"])["runtimeStatus"] == "Running"
    assert azure.exists(waiting["sourceImageId"])
    assert "decided-by" not in azure.tags(waiting["imageVersionId"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_hostile_cancels_and_hints_do_not_crash_a_migration(app, azure, waiting):
    for event in ("ReplicationChanged", "NoSuchEvent", "approval "):
        assert app.raise_event(waiting["id"], event, '{"__class__": "X", "__module__": "os"}').status_code == 202
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "another version": ({"imageVersionId": "/x"}, ["imageVersionId"]),
    "no approver": ({"approver": " "}, ["approver"]),
    "no decision": ({"decision": "perhaps"}, ["decision"]),
    "everything": ({"decision": 1, "approver": 2, "imageVersionId": 3, "comment": 4}, ["approver", "comment"]),
}


def test_an_approval_that_would_not_count_is_unprocessable_and_changes_nothing(app, waiting):
    for change, fields in WRONG.values():
        answer = app.decide(waiting, **change)
        assert answer.status_code == 422
        assert answer.headers["Content-Type"] == PROBLEM
        assert set(fields) <= {problem["field"] for problem in answer.json()["errors"]}
    assert app.call("POST", waiting["links"]["approval"], data=b"approve").status_code == 400
    assert not app.has_changed(waiting)


def test_an_approval_when_nothing_waits_for_one_is_a_conflict(app, azure):
    image = azure.seed_image("early")
    azure.control.settings(replicationStalls=["westus3"])
    replicating = app.until(app.start(image, targetRegions=["westus3"]), "Replicating")
    azure.control.settings(replicationStalls=[])
    early = app.decide(replicating)
    app.call("POST", replicating["links"]["cancel"])
    late = app.decide(app.ended(replicating["id"]))
    assert [early.status_code, late.status_code] == [409, 409]
    assert azure.exists(image)


def test_a_rejection_keeps_the_source_and_says_who_said_so(app, azure, waiting):
    app.approve(waiting, decision="reject", comment="does not boot")
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "Rejected")
    assert "rejected by Ada Lovelace: does not boot" in ended["outcome"]["reason"]
    assert azure.tags(waiting["sourceImageId"])[f"{TAG}-status"].startswith("SourceKept Rejected ")
    assert azure.tags(waiting["imageVersionId"])["decided-by"] == "Ada Lovelace"
    version = azure.read(waiting["imageVersionId"])
    assert version["properties"]["publishingProfile"]["excludeFromLatest"] is True


def test_a_cancel_while_waiting_keeps_the_source_and_names_what_is_left_behind(app, azure, waiting):
    answer = app.call("POST", waiting["links"]["cancel"], {"reason": "wrong image"})
    assert answer.status_code == 202
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("Cancelled", "Cancelled")
    assert "wrong image" in ended["outcome"]["reason"]
    assert waiting["imageVersionId"] in ended["outcome"]["leftBehind"]
    assert azure.exists(waiting["sourceImageId"])
    assert app.call("POST", waiting["links"]["cancel"]).status_code == 409


def test_a_cancel_during_replication_ends_it_there(app, azure):
    azure.control.settings(replicationStalls=["westus3"])
    replicating = app.until(app.start(azure.seed_image("stalled"), targetRegions=["westus3"]), "Replicating")
    azure.control.settings(replicationStalls=[])
    assert app.call("POST", replicating["links"]["cancel"]).status_code == 202
    ended = app.ended(replicating["id"])
    assert (outcome(ended), ended["outcome"]["step"]) == (("Cancelled", "Cancelled"), "Replicating")
    assert azure.exists(ended["sourceImageId"])


@pytest.mark.parametrize("body", [{"reason": 7}, {"reason": ["x"]}])
def test_a_cancel_whose_reason_is_no_text_is_unprocessable(app, waiting, body):
    answer = app.call("POST", waiting["links"]["cancel"], body)
    assert answer.status_code == 422
    assert not app.has_changed(waiting)


def test_the_audit_tells_who_asked_who_decided_and_how_it_ended(app, waiting):
    app.approve(waiting)
    app.ended(waiting["id"])
    entries = app.audit(waiting)["entries"]
    events = [entry["event"] for entry in entries]
    assert (events[0], events[-1]) == ("requested", "ended")
    (approved,) = [entry for entry in entries if entry["event"] == "approved"]
    assert (approved["by"], approved["imageVersionId"]) == ("Ada Lovelace", waiting["imageVersionId"])
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
