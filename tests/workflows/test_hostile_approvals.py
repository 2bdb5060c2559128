"""Anyone holding the system key can raise any payload: an event only wakes, unless it bears the question's token."""

import json
from typing import Any

import pytest

from migration import names
from migration.values.ids import instance_id_for
from tests.workflows.conftest import SOURCE, VERSION, Play
from tests.workflows.question import CALLBACK

GOOD = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "comment": ""}


def nested(depth: int) -> Any:
    result: Any = "deep"
    for _ in range(depth):
        result = [result]
    return result


HOSTILE: list[Any] = [
    None,
    True,
    False,
    0,
    1e308,
    "",
    "approve",
    json.dumps(GOOD),
    [],
    [GOOD],
    {},
    {"decision": "approve"},
    {"decision": "approve", "approver": "Ada"},
    GOOD | {"decision": "APPROVE"},
    GOOD | {"decision": True},
    GOOD | {"decision": ["approve"]},
    GOOD | {"decision": "approve\n"},
    GOOD | {"approver": ""},
    GOOD | {"approver": "   "},
    GOOD | {"approver": None},
    GOOD | {"approver": {"name": "Ada"}},
    GOOD | {"approver": "A" * 257},
    GOOD | {"approver": "Ada\u202e\u0000"},
    GOOD | {"approver": "Ada\nX-Header: 1"},
    GOOD | {"imageVersionId": ""},
    GOOD | {"imageVersionId": SOURCE},
    GOOD | {"imageVersionId": VERSION.replace("1.0.0", "1.0.1")},
    GOOD | {"imageVersionId": VERSION + "/../1.0.1"},
    GOOD | {"imageVersionId": [VERSION]},
    GOOD | {"comment": "c" * 2000},
    GOOD | {"comment": 7},
    GOOD | {"approver": "\ud800"},
    GOOD | {"approver": nested(200)},
    nested(500),
    {"__class__": "Popen", "__module__": "subprocess", "__data__": ["true"]},
    {"__class__": "X", "__module__": "no.such.module", "__data__": "{}"},
    GOOD | {"comment": {"__class__": "Approval", "__module__": "migration.approval.approval", "__data__": GOOD}},
    GOOD,
    GOOD | {"callback": None},
    GOOD | {"callback": [CALLBACK]},
    GOOD | {"callback": CALLBACK * 10},
    GOOD | {"callback": CALLBACK, "approver": ""},
    GOOD | {"callback": CALLBACK, "decision": "APPROVE"},
    {"look": True, "callback": CALLBACK},
    {"proof": "forged", "id": "1"} | GOOD,
]
WITHOUT_THE_TOKEN = [
    GOOD | {"callback": ""},
    GOOD | {"callback": CALLBACK[:-1]},
    GOOD | {"callback": CALLBACK.upper()},
    GOOD | {"callback": "\u0000"},
    GOOD | {"decision": "reject", "callback": "guessed"},
]


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_payload_changes_nothing_and_crashes_nothing(play: Play, payload: Any):
    play.start().until("AwaitingApproval")
    before = play.status
    play.say("Approval", payload)
    assert play.instance.runtime_status == "RUNNING"
    assert play.status == before
    assert play.called(names.LOOK_AT_QUESTION) == 1  # an event wakes, whatever it says
    assert play.called(names.DELETE_SOURCE_IMAGE) == play.called(names.PROMOTE_IMAGE_VERSION) == 0


@pytest.mark.parametrize("payload", WITHOUT_THE_TOKEN, ids=range(len(WITHOUT_THE_TOKEN)))
def test_an_answer_without_the_questions_token_is_ignored_and_noted(play: Play, payload: Any):
    play.start().until("AwaitingApproval").say("Approval", payload)
    assert play.status["phase"] == "AwaitingApproval"
    assert play.status["notes"][-1] == "an answer was ignored: it did not bear the callback token of the question"
    entry = play.instance.input["audit"][-1]
    assert (entry["event"], entry["by"], entry["via"]) == ("answer refused", "unknown", "event")
    assert play.called(names.DELETE_SOURCE_IMAGE) == play.called(names.PROMOTE_IMAGE_VERSION) == 0


@pytest.mark.parametrize("version", ["", SOURCE, VERSION + "1", VERSION + "/../1.0.1"])
def test_an_answer_about_another_version_is_ignored_though_it_bears_the_token(play: Play, version: str):
    play.start().until("AwaitingApproval").answer(imageVersionId=version)
    assert play.status["phase"] == "AwaitingApproval"
    assert "an answer was ignored" in play.status["notes"][-1]


def test_an_answer_with_the_questions_token_counts(play: Play):
    play.start().until("AwaitingApproval").answer(comment="from the pipeline").until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    approval = play.status["approval"]
    assert (approval["approver"], approval["via"], approval["verified"]) == ("Ada", "event", False)


def test_a_rejection_with_the_questions_token_counts(play: Play):
    play.start().until("AwaitingApproval").answer(decision="reject").until("Done")
    assert play.outcome == ("SourceKept", "Rejected")


def test_the_token_of_a_question_is_in_no_input_status_or_history(play: Play):
    play.start().until("AwaitingApproval").say("Approval", {"look": True}).say("Approval", GOOD)
    seen = [play.instance.input, play.status, *map(str, play.instance.history), *(told for _, told in play.stage.calls)]
    assert CALLBACK not in repr(seen)


def test_a_true_approval_counts_after_every_hostile_payload(play: Play):
    play.start().until("AwaitingApproval")
    for payload in [*HOSTILE, *WITHOUT_THE_TOKEN]:
        play.stage.raise_event(play.id, "Approval", payload)
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.instance.longest_history < 300


def test_text_that_is_not_json_crashes_nothing(play: Play):
    from durabletask.internal import helpers
    from durabletask.internal import orchestrator_service_pb2 as pb

    from dev.host.engine.grpc_context import DIRECT_CALL

    play.start().until("AwaitingApproval")
    raw = pb.RaiseEventRequest(instanceId=play.id, name="Approval", input=helpers.get_string_value("{not json"))
    play.stage._engine.RaiseEvent(raw, DIRECT_CALL)
    play.stage.run()
    assert play.instance.runtime_status == "RUNNING"
    assert play.status["phase"] == "AwaitingApproval"


def test_an_approval_before_the_question_does_not_count(play: Play):
    def verify(_: object) -> dict[str, object]:
        for payload in (GOOD, GOOD | {"callback": CALLBACK[:-1]}):
            play.stage.raise_event(instance_id_for(SOURCE), "Approval", payload)
        return {"value": None}

    play.answers[names.VERIFY_IMAGE_VERSION] = verify
    play.start().until("AwaitingApproval")
    assert play.status["approval"] is None
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_an_approval_that_comes_with_the_notification_counts(play: Play):
    def ask(notice: dict[str, object]) -> dict[str, object]:
        if notice["occasion"] == "approvalNeeded":
            play.stage.raise_event(instance_id_for(SOURCE), "Approval", GOOD | {"callback": CALLBACK})
        return {"value": {"sent": 1, "missed": []}}

    play.answers[names.SEND_NOTIFICATION] = ask
    play.start().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


@pytest.mark.parametrize("event", ["Approval", "ReplicationChanged", "Cancel"])
def test_a_flood_of_events_keeps_the_history_bounded(play: Play, event: str):
    play.answers[names.CREATE_IMAGE_VERSION] = {"later": {"seconds": 60, "reason": "busy"}}
    play.start()
    for number in range(300):
        play.stage.raise_event(play.id, event, {"reason": "r" * 50, "number": number})
    play.answers[names.CREATE_IMAGE_VERSION] = {"value": {"imageVersionId": VERSION}}
    play.until("Done" if event == "Cancel" else "AwaitingApproval")
    if event == "Approval":
        play.approve().until("Done")
        assert play.outcome == ("Migrated", "Migrated")
