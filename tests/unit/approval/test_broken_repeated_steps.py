"""A write whose answer was lost has happened: the step that made it knows its own work again."""

from datetime import UTC, datetime, timedelta

from migration.approval.image_record import cancelled, opened
from migration.promise.promise import scan_refusal
from migration.values.answer import Refusal
from tests.unit.samples import NOW, SOURCE, make_question


def test_a_cancel_of_an_ended_migration_whose_answer_was_lost_is_no_cancel_that_came_too_late():
    left_behind = opened(None, make_question())
    assert not isinstance(left_behind, Refusal)
    written = cancelled(left_behind, SOURCE, NOW, "run 1", is_live=False)
    assert not isinstance(written, Refusal)
    assert cancelled(written, SOURCE, NOW, "run 1", is_live=False) == written


def test_a_scan_during_which_the_clock_was_set_back_does_not_count():
    """It seemed to have taken no time at all."""
    begun_at = datetime.now(UTC)
    assert scan_refusal(begun_at, begun_at - timedelta(hours=1)) is not None
