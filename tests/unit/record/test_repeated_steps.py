"""A write whose answer was lost has happened, and clocks that are wrong make nothing younger."""

from datetime import UTC, datetime, timedelta

from migration.approval.closing import cancelled
from migration.approval.image_record import Stage
from migration.approval.opening import asked_anew, opened

from migration.promise.promise import scan_refusal
from migration.values.answer import Refusal
from records.store import change
from records.table import ChangedMeanwhileError
from tests.unit.samples import NOW, OWN_ID, SOURCE, make_question, make_start


async def test_a_cancel_that_meets_its_own_write_is_not_told_that_nothing_is_left_to_cancel(records):
    """The storage SDK writes again where an answer was lost: it was told 409, and its cancel counted."""
    records.apply(OWN_ID, lambda _: opened(None, make_question()))
    records.lost = [ChangedMeanwhileError("412")]
    result = await change(OWN_ID, lambda record: cancelled(record, SOURCE, NOW, "run 1", is_live=False))
    assert not isinstance(result, Refusal)
    assert records.question(OWN_ID).stage is Stage.CANCELLED


def test_a_scan_during_which_the_clock_was_set_back_does_not_count():
    """It seemed to have taken no time at all."""
    begun_at = datetime.now(UTC)
    assert scan_refusal(begun_at, begun_at - timedelta(hours=1)) is not None


def test_what_was_asked_again_by_a_clock_ahead_is_not_asked_after_a_cancel():
    """202 was answered, and people were asked all the same."""
    again = make_start("run 2", NOW + timedelta(minutes=5))
    record = asked_anew(opened(None, make_question()), again)
    record = cancelled(record, SOURCE, NOW + timedelta(minutes=1), "run 1")
    assert not isinstance(record, Refusal)
    refusal = opened(record, make_question(id="question 2", start=again))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "QuestionSettled"
