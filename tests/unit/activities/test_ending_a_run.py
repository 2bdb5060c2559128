"""The step that ends a run by itself: a cancel that came as an event."""

import pytest

from migration.course import steps
from migration.record.question import Stage
from migration.record.run import RunStage
from migration.values.outcome import OutcomeKind, Phase
from tests.support.samples import OWN_ID, make_ended, make_question, make_record, make_run
from tests.support.steps import Migration


@pytest.fixture
def migration(records) -> Migration:
    records.put(make_record(make_run(Phase.CREATING)))
    return Migration(records, OWN_ID)


async def test_a_cancel_by_event_ends_its_run_and_quotes_its_reason(migration):
    answer = await migration.take(steps.CANCEL_RUN, reason="wrong\ngallery")
    assert answer.stand.ending
    assert (migration.outcome.kind, migration.outcome.reason) == (OutcomeKind.CANCELLED, "cancelled: wronggallery")
    assert migration.outcome.left_behind == []


async def test_a_cancel_before_anything_was_asked_is_a_cancel(migration):
    migration.change(phase=Phase.PLANNING, plan=None)
    await migration.take(steps.CANCEL_RUN)
    assert (migration.outcome.kind, migration.outcome.left_behind) == (OutcomeKind.CANCELLED, [])


@pytest.mark.parametrize(
    ("stage", "cancelled"),
    [(Stage.OPEN, True), (Stage.APPROVED, True), (Stage.ACCEPTED, True), (Stage.SENDING, False), (Stage.SENT, False)],
)
async def test_a_cancel_and_a_delete_that_was_sent_exclude_each_other(migration, stage: Stage, cancelled: bool):
    migration.change(phase=Phase.DELETING_SOURCE, question=make_question(stage=stage))
    await migration.take(steps.CANCEL_RUN)
    if cancelled:
        assert (migration.question.stage, migration.outcome.kind) == (Stage.CANCELLED, OutcomeKind.CANCELLED)
    else:
        assert (migration.question.stage, migration.run.outcome) == (stage, None)
        assert migration.run.notes == ["it was too late to cancel"]


async def test_a_cancel_by_an_instance_of_an_earlier_run_cancels_nothing(migration):
    await migration.take(steps.CANCEL_RUN, hint=migration.hint().changed(run="run 0"))
    assert migration.run.is_live


@pytest.mark.parametrize("stage", [RunStage.ENDING, RunStage.ENDED])
async def test_a_cancel_after_the_end_changes_nothing(migration, stage: RunStage):
    migration.records.put(make_record(make_ended(stage=stage)))
    before = migration.record
    await migration.take(steps.CANCEL_RUN)
    assert migration.record == before


async def test_a_cancel_that_runs_again_is_known_again(migration):
    hint = migration.hint()
    await migration.take(steps.CANCEL_RUN, reason="once")
    before = migration.record
    await migration.take(steps.CANCEL_RUN, hint=hint, reason="twice")
    assert migration.record == before
