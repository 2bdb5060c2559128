"""Anyone holding the system key can raise any payload: an event only wakes, unless it bears the question's token."""

import json
from typing import Any

import pytest

from arm.transport.errors import ArmThrottledError
from migration.course import steps
from migration.record.question import Stage
from tests.support.samples import SOURCE, VERSION
from tests.support.stage.hooks import Real
from tests.support.stage.play import Play
from tests.support.stage.real_steps import CALLBACK

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
    before, looks = play.record, play.called(steps.LOOK_AT_QUESTION.name)
    play.say("Approval", payload)
    assert play.instance.runtime_status == "RUNNING"
    assert play.record == before
    assert play.called(steps.LOOK_AT_QUESTION.name) == looks + 1  # an event wakes, whatever it says
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == play.called(steps.PROMOTE_IMAGE_VERSION.name) == 0


@pytest.mark.parametrize("payload", WITHOUT_THE_TOKEN, ids=range(len(WITHOUT_THE_TOKEN)))
def test_an_answer_without_the_questions_token_is_ignored_and_noted(play: Play, payload: Any):
    play.start().until("AwaitingApproval").say("Approval", payload)
    assert play.phase == "AwaitingApproval"
    assert play.run.notes[-1] == "an answer was ignored: it did not bear the callback token of the question"
    entry = play.run.audit[-1]
    assert (entry.event, entry.by, entry.via) == ("answer refused", "unknown", "event")
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == play.called(steps.PROMOTE_IMAGE_VERSION.name) == 0


@pytest.mark.parametrize("version", ["", SOURCE, VERSION + "1", VERSION + "/../1.0.1"])
def test_an_answer_about_another_version_is_ignored_though_it_bears_the_token(play: Play, version: str):
    play.start().until("AwaitingApproval").answer(imageVersionId=version)
    assert play.phase == "AwaitingApproval"
    assert "an answer was ignored" in play.run.notes[-1]


def test_an_answer_with_the_questions_token_counts(play: Play):
    play.start().until("AwaitingApproval").answer(comment="from the pipeline").until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    approval = play.question.approval
    assert approval is not None
    assert (approval.approver, approval.via, approval.verified) == ("Ada", "event", False)


def test_a_rejection_with_the_questions_token_counts(play: Play):
    play.start().until("AwaitingApproval").answer(decision="reject").until("Done")
    assert play.outcome == ("SourceKept", "Rejected")


@pytest.mark.parametrize("rule", [{"require_identity": "true"}, {"four_eyes": "true"}, {"approvers": "ada"}])
def test_a_token_is_not_enough_where_only_people_who_are_known_may_decide(play: Play, rule: dict[str, str]):
    play.configure(**rule).start().until("AwaitingApproval").answer()
    assert (play.phase, play.question.stage) == ("AwaitingApproval", Stage.OPEN)
    assert "an answer was ignored: only a signed-in user" in play.run.notes[-1]


def test_the_token_of_a_question_before_does_not_answer_the_one_after(play: Play):
    """The record names the question that is asked now; each has a token of its own."""
    play.start().until("AwaitingApproval")
    play.records.apply_to_run(
        play.id, lambda run: run.changed(question=run.question.changed(callback="another") if run.question else None)
    )
    play.answer()
    assert play.phase == "AwaitingApproval"


def test_the_token_of_a_question_is_in_no_input_status_or_history(play: Play):
    play.start().until("AwaitingApproval").say("Approval", {"look": True}).say("Approval", GOOD)
    instance = play.instance
    seen = [
        instance.input,
        instance.custom_status,
        *map(str, instance.history),
        *(told for _, told in play.stage.calls),
    ]
    assert CALLBACK not in repr(seen)
    play.approve(decision="reject").until("Done")
    assert CALLBACK not in repr(play.records.kept())


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
    assert play.phase == "AwaitingApproval"


def test_an_approval_before_the_question_does_not_count(play: Play):
    def verify(told: Any, real: Real) -> Any:
        for payload in (GOOD, GOOD | {"callback": CALLBACK[:-1]}):
            play.stage.raise_event(play.id, "Approval", payload)
        return real(told)

    play.hooks[steps.OPEN_QUESTION.name] = verify
    play.start().until("AwaitingApproval")
    assert play.question.decided is None
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_an_approval_that_comes_with_the_notification_counts(play: Play):
    def arrives(occasion: str) -> bool:
        if occasion == "approvalNeeded":
            play.stage.raise_event(play.id, "Approval", GOOD | {"callback": CALLBACK})
        return True

    play.post.arrives = arrives
    play.start().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


@pytest.mark.parametrize("event", ["Approval", "ReplicationChanged", "Cancel"])
def test_a_flood_of_events_keeps_the_history_bounded(play: Play, event: str):
    play.azure.answers["start_version"] = ArmThrottledError("Throttled", "busy", 60)
    play.start().until("Creating")
    for number in range(300):
        play.stage.raise_event(play.id, event, {"reason": "r" * 50, "number": number})
    del play.azure.answers["start_version"]
    play.until("Done" if event == "Cancel" else "AwaitingApproval")
    if event == "Approval":
        play.approve().until("Done")
        assert play.outcome == ("Migrated", "Migrated")
