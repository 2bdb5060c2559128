"""What may happen to a fleet as a whole, and who is told to have done it."""

import pytest

from migration.fleet.fleet import Fleet, FleetStage, FleetTerms, is_fleet_id
from migration.fleet.moving import THE_APP, FleetMove, ended_fleet, moved_fleet
from migration.values.answer import Refusal
from tests.support.samples import NOW

ALLOWED = {
    "running": {"pause": "paused", "resume": "running", "cancel": "cancelled", "retry": "running", "end": "over"},
    "paused": {"pause": "paused", "resume": "running", "cancel": "cancelled", "retry": "paused", "end": "over"},
    "cancelled": {"cancel": "cancelled", "end": "cancelled"},
    "over": {"retry": "running", "end": "over"},
}


def fleet(stage: str = "running") -> Fleet:
    return Fleet(
        id="f",
        terms=FleetTerms(),
        size=1,
        requested_by="Ada",
        created_at=NOW,
        stage=FleetStage(stage),
        by="Ada",
        at=NOW,
    )


@pytest.mark.parametrize("stage", FleetStage)
@pytest.mark.parametrize("move", FleetMove)
def test_from_each_stage_there_are_these_moves_and_no_others(stage: str, move: FleetMove):
    result = moved_fleet(fleet(stage), move, NOW, by="Grace", reason="storm")
    to = ALLOWED[stage].get(move)
    if to is None:
        assert isinstance(result, Refusal)
        return
    assert isinstance(result, Fleet)
    assert (result.stage, result.by, result.reason) == (to, *(("Ada", "") if to == stage else ("Grace", "storm")))


def test_one_that_was_cancelled_stays_that_and_is_over():
    ended = moved_fleet(fleet("cancelled"), FleetMove.END, NOW, by=THE_APP)
    assert isinstance(ended, Fleet)
    assert (ended.stage, ended.over_at, ended.by) == ("cancelled", NOW, "Ada")


def test_a_retry_is_seen_by_whoever_was_about_to_end_the_fleet():
    """The end was written over the retry, and what was to be tried again waited for ever."""
    seen = fleet()
    retried = moved_fleet(seen, FleetMove.RETRY, NOW, by="Grace")
    assert isinstance(retried, Fleet)
    assert isinstance(ended_fleet(retried, seen, NOW), Refusal)
    assert ended_fleet(seen, seen, NOW) == moved_fleet(seen, FleetMove.END, NOW, by=THE_APP)


def test_a_retry_of_one_that_was_over_has_it_go_on():
    over = moved_fleet(fleet(), FleetMove.END, NOW, by=THE_APP)
    assert isinstance(over, Fleet)
    again = moved_fleet(over, FleetMove.RETRY, NOW, by="Grace")
    assert isinstance(again, Fleet)
    assert (again.stage, again.over_at, again.by) == ("running", None, "Grace")


@pytest.mark.parametrize("text", ["", "fleet-", f"fleet-{'g' * 32}", f"fleet-{'a' * 31}", f"fleet-{'a' * 32}' or 1"])
def test_what_is_no_id_of_a_fleet_is_told_apart(text: str):
    assert not is_fleet_id(text)
    assert is_fleet_id(f"fleet-{'0a' * 16}")
