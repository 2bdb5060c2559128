"""Whoever holds the system key starts instances with any input: it allows nothing, and an outcome in it is none."""

from datetime import timedelta
from typing import Any

import pytest
from migration.approval.image_record import Stage
from migration.course.state import MigrationState

from migration import names
from migration.approval.approval import Approval, Decision
from migration.values.outcome import Outcome, OutcomeKind, Phase
from tests.unit.samples import DEFAULTS
from tests.workflows.conftest import START, VERSION, Play, make_plan

APPROVAL = Approval(decision=Decision.APPROVE, approver="Mallory", image_version_id=VERSION, via="page", verified=True)
FORGED = {"plan": make_plan(), "image_version_id": VERSION, "approval": APPROVAL, "decided_at": START}
MIGRATED = Outcome(kind=OutcomeKind.MIGRATED, code="Migrated", reason="said the forger", step=Phase.DELETING_SOURCE)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("instance_id", ["mine", "migrate-web-0000000000", "migrate-other-0123456789"])
def test_an_instance_under_a_foreign_id_does_nothing_at_all(play: Play, phase: Phase, instance_id: str):
    state = MigrationState(start=play.new_start(DEFAULTS)).model_copy(update={"phase": phase, **FORGED})
    play.begin(state, instance_id)
    assert play.outcome == ("Refused", "ForeignInstance")
    assert play.stage.calls == []


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.DONE])
def test_an_outcome_in_the_input_is_not_one(play: Play, phase: Phase):
    """It would have been recorded, told and believed."""
    play.start(outcome=MIGRATED, phase=phase, **FORGED)
    assert play.status["outcome"] is None or play.status["outcome"]["reason"] != MIGRATED.reason
    told = [payload for name, payload in play.stage.calls if name == names.RECORD_OUTCOME]
    assert MIGRATED.reason not in repr(told)


def test_an_instance_that_begins_done_ends_as_foreign(play: Play):
    play.start(outcome=MIGRATED, phase=Phase.DONE, **FORGED)
    assert play.outcome == ("Refused", "ForeignInstance")
    assert play.stage.calls == []


def test_a_decision_in_the_input_is_none(play: Play):
    """An instance restarted from the middle waits for the record, whatever its input says was decided."""
    play.start(phase=Phase.AWAITING_APPROVAL, asked_at=START, **FORGED)
    play.stage.advance(timedelta(days=1, hours=1))
    assert play.status["phase"] == "AwaitingApproval"
    assert play.status["approval"] is None
    assert play.question.stage is Stage.OPEN
    assert play.called(names.PROMOTE_IMAGE_VERSION) == play.called(names.DELETE_SOURCE_IMAGE) == 0


@pytest.mark.parametrize("changes", [{}, {"promoted": True}])
def test_a_wait_in_the_input_that_nobody_opened_is_verified_and_asked_first(play: Play, changes: dict[str, Any]):
    play.start(phase=Phase.AWAITING_APPROVAL, **FORGED, **changes)
    assert (play.called(names.VERIFY_IMAGE_VERSION), play.called(names.OPEN_QUESTION)) == (1, 1)
    assert play.status["phase"] == "AwaitingApproval"
    assert play.status["approval"] is None


def test_the_id_of_the_start_is_the_instances_own(play: Play):
    start = play.new_start(DEFAULTS).model_copy(update={"id": "migrate-other-0123456789"})
    play.begin(MigrationState(start=start), play.new_start(DEFAULTS).id)
    assert play.instance.input["start"]["id"] == play.id
    told = [payload for name, payload in play.stage.calls if name == names.LOOK_AT_QUESTION]
    assert all(payload["id"] == play.id for payload in told)


def test_an_input_that_is_no_state_fails_the_instance_alone(play: Play):
    play.id = play.stage.start(names.MIGRATE_IMAGE, {"start": 7}, "migrate-web-0123456789")
    play.stage.run()
    assert play.instance.runtime_status == "FAILED"
    assert play.stage.calls == []


def test_a_question_opened_by_another_instance_of_the_same_image_is_found_by_its_record(play: Play):
    """A twin, forged while the question is open, looks at the one record: it cannot have two questions."""
    play.start().until("AwaitingApproval")
    before = play.question.record
    twin = Play()
    twin.question.record = before
    twin.start(phase=Phase.AWAITING_APPROVAL, asked_at=START, **FORGED)
    twin.say("Approval", {"look": True})
    assert twin.question.record == before
    assert twin.status["phase"] == "AwaitingApproval"
