"""A worker dies between two writes, or two people write at once: no image of a fleet is lost, or told of otherwise."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from migration.course import steps
from migration.fleet.fleet import Fleet
from migration.fleet.moving import FleetMove
from migration.values.ids import instance_id_for
from migration.values.outcome import OutcomeKind
from records.errors import RecordsUnavailableError
from records.fleets import members
from records.fleets.held import hold_fleet
from steering.fleets.running import following, steering
from steering.fleets.running.steering import retry
from steering.fleets.standing import stand_of
from steering.runs import changing
from tests.support.stage.fleets import FleetPlay, fleet_on_stage, id_of, titles_told
from tests.support.stage.many import MINUTE

FIRST = instance_id_for(id_of(0))


@pytest.fixture
def play():
    with fleet_on_stage() as play:
        yield play.configure(poll_interval="PT1M", max_in_flight="50")


@pytest.fixture
def told(monkeypatch):
    return titles_told(monkeypatch)


def keep_ends_unwritten(play: FleetPlay) -> list[bool]:
    """Have the last step of every run fail, as where its worker died, until what is returned is empty."""
    dead = [True]

    async def record(told: Any, real: Any) -> Any:
        if dead:
            raise RecordsUnavailableError("as if it were delivered again later")
        return await real(told)

    play.hooks[steps.RECORD_OUTCOME.name] = record
    return dead


def test_an_image_whose_end_is_still_being_written_down_is_not_passed_by_a_retry(play: FleetPlay):
    """It was said that a migration was under way which the fleet had not started, and no later retry took it."""
    play.refuse_the_first()
    dead = keep_ends_unwritten(play)
    play.begin(play.add_images(1)).stage.advance(2 * MINUTE)
    assert play.counts == {"onItsWay": 1}
    del play.azure.answers["draw_up_plan"]
    play.steer(FleetMove.RETRY)
    play.stage.advance(2 * MINUTE)
    dead.clear()
    play.stage.advance(60 * MINUTE)
    assert play.counts == {"failed": 1}
    play.steer(FleetMove.RETRY)
    play.until_over()
    assert play.counts == {"kept": 1}


def test_a_fleet_tells_its_end_once_the_ends_of_its_images_are_written_down(play: FleetPlay, told: list[str]):
    """Its last images told theirs one by one after it."""
    dead = keep_ends_unwritten(play)
    play.begin(play.add_images(5), window=20, approval="fleet").stage.advance(45 * MINUTE)
    assert not any("ended" in title for title in told)
    dead.clear()
    for _ in range(6):
        play.by_the_clock().stage.advance(5 * MINUTE)
    assert any("ended" in title for title in told)
    assert (play.counts, play.post.sent) == ({"kept": 5}, [])


def test_a_run_that_a_look_began_and_died_of_is_cancelled_with_its_fleet(play: FleetPlay, monkeypatch):
    """The fleet was over, and its run made a version and asked people about it."""
    dies = [True]
    written = changing._written

    async def dying(record: Any, run: Any, *, is_news: bool) -> None:
        if dies:
            raise ConnectionResetError("the worker is gone")
        await written(record, run, is_news=is_news)

    async def again(said: Any, real: Any) -> Any:
        try:
            return await real(said)
        except ConnectionResetError as error:
            raise RecordsUnavailableError("as if it were delivered again") from error

    monkeypatch.setattr(changing, "_written", dying)
    play.hooks[steps.ADVANCE_FLEET.name] = again
    play.begin(play.add_images(1), window=1)
    dies.clear()
    assert play.counts == {"waiting": 1}
    play.steer(FleetMove.CANCEL, reason="wrong gallery")
    for _ in range(6):
        play.by_the_clock().stage.advance(5 * MINUTE)
    assert play.records.run(FIRST).outcome.kind is OutcomeKind.CANCELLED
    assert play.fleet.over_at is not None


def test_a_cancelled_fleet_of_which_all_was_started_is_over_as_soon_as_its_runs_are(play: FleetPlay):
    play.begin(play.add_images(2), window=2)
    play.steer(FleetMove.CANCEL)
    play.stage.advance(2 * MINUTE)
    assert play.fleet.over_at is not None


def test_a_retry_while_a_look_notes_that_it_failed_is_not_lost(play: FleetPlay, monkeypatch):
    """It had been answered with 202, and the look wrote over it what it had read before."""
    play.refuse_the_first()
    retried: list[int] = []
    change_members = members.change_members

    async def change_late(fleet_id: str, noted: Any) -> set[int]:
        if not retried and any(to.ended for _, to in noted):
            held = await hold_fleet(fleet_id)
            assert held is not None
            result = await retry(play.hub, held, by="Grace")
            assert isinstance(result, Fleet)
            retried.append(result.retries)
        return await change_members(fleet_id, noted)

    monkeypatch.setattr(following, "change_members", change_late)
    play.begin(play.add_images(2), window=1).stage.advance(3 * MINUTE)
    assert retried == [1]
    del play.azure.answers["draw_up_plan"]
    play.until_over()
    assert play.counts == {"kept": 2}


def test_of_two_who_retry_at_once_each_who_had_it_tried_again_has_asked_for_it(play: FleetPlay, monkeypatch):
    """One of them was no requester of the run, and could approve it under four eyes."""
    rows = play.add_images(1)
    image = play.many.sources.pop(id_of(0))
    play.begin(rows).until_over()
    play.many.sources[image.id] = image

    async def both() -> None:
        one, other = await hold_fleet(play.fleet_id), await hold_fleet(play.fleet_id)
        assert one is not None
        assert other is not None

        async def slow(fleet: Any) -> Any:
            found = await stand_of(fleet)
            await asyncio.sleep(0.01)
            return found

        monkeypatch.setattr(steering, "stand_of", slow)
        await asyncio.gather(
            retry(play.hub, one, by="Bob", ids=["bob"]), retry(play.hub, other, by="Cleo", ids=["cleo"])
        )

    asyncio.run(both())
    play.stage.run()
    play.until_over(timedelta(days=1))
    assert {one.name for one in play.records.run(FIRST).requesters} == {"Ada", "Bob", "Cleo"}
