"""What wakes a soak is lost: the clock makes it good within minutes, not the soak's next look within hours."""

from datetime import timedelta

import pytest

from migration.record.run import RunStage
from tests.support.samples import make_plan
from tests.support.stage.play import Play

FIVE_MINUTES, HALF_A_DAY = timedelta(minutes=5), timedelta(hours=12)


@pytest.fixture
def soaks(play: Play) -> Play:
    play.azure.plan = make_plan(soak=timedelta(days=14))
    play.start().until("AwaitingApproval").approve(decision="accept").until("Soaking")
    play.stage.advance(timedelta(minutes=3))
    return play


def test_a_cancel_whose_wake_was_lost_ends_it(soaks: Play):
    assert soaks.cancel() is None
    assert minutes_until(soaks, lambda: soaks.run.stage is RunStage.ENDED) <= 10


def test_a_run_that_follows_a_lost_record_begins(soaks: Play):
    soaks.records.rows.clear()
    soaks.start()
    assert minutes_until(soaks, lambda: soaks.run.stage is not RunStage.ADMITTED) <= 10


def test_a_soak_that_nobody_touches_is_not_woken(soaks: Play):
    before = len(soaks.stage.calls)
    assert minutes_until(soaks, lambda: False, timedelta(hours=1)) == 60
    assert len(soaks.stage.calls) == before


def minutes_until(play: Play, is_so, most: timedelta = HALF_A_DAY) -> float:
    """Return how many minutes of the clock it took."""
    began = play.stage.now
    while not is_so() and play.stage.now - began < most:
        play.by_the_clock().stage.advance(FIVE_MINUTES)
    return (play.stage.now - began).total_seconds() / 60
