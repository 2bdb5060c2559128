"""Anyone holding the system key can raise any payload: none but a true approval of this version may count."""

import json
from typing import Any

import pytest

from migration import names
from migration.ids import instance_id_for
from tests.workflows.conftest import SOURCE, VERSION, Play

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
    GOOD | {"comment": {"__class__": "Approval", "__module__": "migration.approval", "__data__": GOOD}},
]


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_payload_changes_nothing_and_crashes_nothing(play: Play, payload: Any):
    play.start().until("AwaitingApproval").say("Approval", payload)
    assert play.instance.runtime_status == "RUNNING"
    assert play.status["phase"] == "AwaitingApproval"
    assert "an answer was ignored" in play.status["notes"][-1]
    assert play.called(names.DELETE_SOURCE_IMAGE) == play.called(names.PROMOTE_IMAGE_VERSION) == 0


def test_a_true_approval_counts_after_every_hostile_payload(play: Play):
    play.start().until("AwaitingApproval")
    for payload in HOSTILE:
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
        play.stage.raise_event(instance_id_for(SOURCE), "Approval", GOOD)
        return {"value": None}

    play.answers[names.VERIFY_IMAGE_VERSION] = verify
    play.start().until("AwaitingApproval")
    assert play.status["approval"] is None
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_an_approval_that_comes_with_the_notification_counts(play: Play):
    def ask(notice: dict[str, object]) -> dict[str, object]:
        if notice["occasion"] == "approvalNeeded":
            play.stage.raise_event(instance_id_for(SOURCE), "Approval", GOOD)
        return {"value": {"sent": 1, "missed": []}}

    play.answers[names.SEND_NOTIFICATION] = ask
    play.start().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
