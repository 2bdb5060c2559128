"""A write whose answer was lost has happened, and clocks that are wrong make nothing younger."""

from datetime import UTC, datetime, timedelta

from migration.promise.rules import scan_refusal
from migration.record.asking import opened
from migration.record.closing import cancelled
from migration.record.question import Stage
from migration.values.answer import Refusal
from records.store import change
from records.table import ChangedMeanwhileError
from tests.support.samples import NOW, OWN_ID, make_question
from tests.unit.stages import at_stage, moved_by


async def test_a_cancel_that_meets_its_own_write_is_not_told_that_nothing_is_left_to_cancel(records):
    """The storage SDK writes again where an answer was lost: it was told 409, and its cancel counted."""
    records.put(at_stage(Stage.OPEN))
    records.lost = [ChangedMeanwhileError("412")]
    result = await change(OWN_ID, lambda record: cancelled(record, "run 1", "no", NOW))
    assert not isinstance(result, Refusal)
    assert records.question(OWN_ID).stage is Stage.CANCELLED


def test_a_scan_during_which_the_clock_was_set_back_does_not_count():
    """It seemed to have taken no time at all."""
    begun_at = datetime.now(UTC)
    assert scan_refusal(begun_at, begun_at - timedelta(hours=1)) is not None


def test_what_was_asked_again_by_a_clock_ahead_is_not_asked_after_a_cancel():
    """202 was answered, and people were asked all the same."""
    record = cancelled(at_stage(Stage.REPLACED), "run 1", "no", NOW - timedelta(minutes=5))
    assert not isinstance(record, Refusal)
    question = make_question(id="question 2", asked_at=NOW + timedelta(minutes=5))
    assert isinstance(moved_by(record, lambda run: opened(run, question)), Refusal)


def test_a_cancel_by_a_clock_that_is_behind_still_counts():
    """The worker that cancelled had a clock that was slow: the run it cancelled asked again."""
    record = cancelled(at_stage(Stage.APPROVED), "run 1", "no", NOW - timedelta(days=1))
    assert not isinstance(record, Refusal)
    assert record.run is not None
    assert not record.run.is_live
