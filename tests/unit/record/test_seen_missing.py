"""Ended from outside is not seen in one look: a run is closed only when it was missed twice, apart."""

from datetime import timedelta

import pytest

from migration.record.admitting import APART, advanced, seen_live, seen_missing
from migration.record.deletion import sending
from migration.record.image_record import ImageRecord
from migration.record.question import LIVE, MAY_BE_SENT, Stage
from migration.record.run import Run, RunStage
from migration.values.outcome import OutcomeKind, Phase
from tests.support.samples import NOW, make_ended, make_record, make_run, make_start
from tests.unit.stages import at_stage, code, of

LIVING = make_record(make_run(Phase.REPLICATING, start=make_start(asked_by="tag")))


def missed(record: ImageRecord, *after: timedelta) -> ImageRecord:
    for span in after:
        record = of(seen_missing(record, "run 1", NOW + span))
    return record


def run_in(record: ImageRecord) -> Run:
    assert record.run is not None
    return record.run


def test_missed_once_nothing_is_concluded():
    record = missed(LIVING, timedelta(0))
    assert run_in(record) == run_in(LIVING).changed(missing_since=NOW)
    assert record.answered is None


def test_missed_twice_within_a_moment_nothing_is_concluded_either():
    record = missed(LIVING, timedelta(0), APART - timedelta(microseconds=1))
    assert run_in(record).outcome is None


def test_missed_twice_minutes_apart_it_was_ended_from_outside():
    record = missed(LIVING, timedelta(0), APART)
    run = run_in(record)
    assert (run.stage, run.phase, run.ended_at) == (RunStage.ENDED, Phase.DONE, NOW + APART)
    assert run.outcome is not None
    assert (run.outcome.kind, run.outcome.code) == (OutcomeKind.CANCELLED, "Terminated")
    assert run.outcome.step is Phase.REPLICATING
    assert (run.audit[-1].event, run.audit[-1].kind) == ("ended", "Cancelled")
    assert record.answered is not None


def test_what_came_back_is_forgotten_and_has_to_be_missed_twice_again():
    record = missed(LIVING, timedelta(0))
    back = record.changed(run=seen_live(run_in(record)))
    assert back == LIVING
    assert run_in(missed(back, APART)).outcome is None
    assert seen_live(run_in(LIVING)) == run_in(LIVING)


def test_a_run_that_went_on_in_between_has_to_be_missed_twice_again():

    record = missed(LIVING, timedelta(0))
    went_on = of(record.with_run(advanced(run_in(record), Phase.VERIFYING)))
    assert run_in(went_on).missing_since is None


def test_a_clock_that_was_ahead_closes_nothing():
    record = missed(LIVING, timedelta(hours=1), timedelta(0))
    assert (run_in(record).missing_since, run_in(record).outcome) == (NOW, None)


@pytest.mark.parametrize("stage", sorted(LIVE))
def test_what_was_ended_from_outside_while_it_deleted_is_unknown(stage: Stage):
    """It was shown as cancelled, or failed with its source kept, while Azure deleted the source."""
    run = run_in(missed(at_stage(stage), timedelta(0), APART))
    assert run.outcome is not None
    assert run.question is not None
    if stage in MAY_BE_SENT:
        assert (run.outcome.kind, run.outcome.code) == (OutcomeKind.UNKNOWN, "EndedWhileDeleting")
        assert run.question.stage is Stage.UNKNOWN
    else:
        assert (run.outcome.kind, run.outcome.code) == (OutcomeKind.CANCELLED, "Terminated")
        assert run.question.stage is Stage.KEPT


@pytest.mark.parametrize("stage", [RunStage.ADMITTED, RunStage.ENDING])
def test_what_has_not_begun_and_what_is_ending_is_never_closed_as_missing(stage: RunStage):
    """It is to be scheduled: 202 is kept, and an outcome is told."""
    record = make_record(make_run(stage=stage))
    assert missed(record, timedelta(0), APART, 2 * APART) == record


def test_nothing_that_has_ended_is_closed_again():
    record = make_record(make_ended())
    assert missed(record, timedelta(0), APART) == record
    assert code(seen_missing(record, "run 0", NOW)) == "OtherRun"


def test_a_run_that_was_closed_cannot_go_on():
    record = missed(at_stage(Stage.APPROVED), timedelta(0), APART)

    assert code(sending(record, "run 1", "question 1", "attempt", NOW, timedelta(days=1))) == "NotApproved"
