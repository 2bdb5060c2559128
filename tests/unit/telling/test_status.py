"""What is told of a run: all of it from its own record, and nothing of what is nobody's business."""

import pytest

from migration.approval.approval import Decision
from migration.record.question import Decided, Stage
from migration.record.run import RunStage
from migration.telling.status import STOPPED, Status
from migration.values.outcome import Phase
from tests.support.samples import (
    NOW,
    VERSION,
    make_approval,
    make_ended,
    make_person,
    make_question,
    make_record,
    make_run,
)
from tests.unit.stages import at_stage


def status(run) -> Status:
    return Status.of(make_record(run), run)


def test_an_open_question_is_waited_for_and_says_what_may_be_decided():
    told = status(make_run(Phase.AWAITING_APPROVAL, question=make_question(allows=["accept", "reject"])))
    assert (told.waiting_for, told.allows) == ("approval", [Decision.ACCEPT, Decision.REJECT])
    assert (told.asked_at, told.image_version_id) == (NOW, VERSION)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.OPEN])
def test_of_a_closed_question_nothing_is_to_be_decided(stage: Stage):
    told = status(make_run(Phase.AWAITING_APPROVAL, question=make_question(stage=stage)))
    assert (told.waiting_for, told.allows) == (None, [])


def test_a_decision_is_told_without_the_ids_by_which_its_giver_is_judged():
    approval = make_approval(identifiers=["ada@example.com"], meaning="m")
    told = status(make_run(question=make_question(decided=Decided(approval=approval, at=NOW)))).approval
    assert told is not None
    assert (told.approver, told.identifiers, told.meaning) == ("Ada", [], "")


def test_whoever_asked_last_is_told_as_the_requester():
    assert status(make_run(requesters=[make_person("Eve"), make_person("Bob")])).requested_by == "Bob"


def test_what_was_stopped_from_outside_has_no_outcome_and_nothing_to_decide():
    told = status(make_run(Phase.AWAITING_APPROVAL)).as_stopped()
    assert (told.stopped, told.outcome, told.waiting_for, told.allows) == (True, None, None, [])
    assert told.notes == [STOPPED]


def test_what_has_been_admitted_and_not_begun_is_told_as_that():
    assert not status(make_run(stage=RunStage.ADMITTED)).begun
    assert status(make_run()).begun
    assert status(make_ended()).begun


@pytest.mark.parametrize("stage", Stage)
def test_a_status_of_every_stage_survives_its_row(stage: Stage):
    record = at_stage(stage)
    assert record.run is not None
    told = Status.of(record, record.run)
    assert Status.model_validate(told.dump()) == told
