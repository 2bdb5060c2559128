"""A worker dies between two writes, or two people steer at once: no image of a fleet is lost, or told of otherwise."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from migration.asking.reading import settings
from migration.course import steps
from migration.course.starting import Requester
from migration.fleet.fleet import Fleet
from migration.fleet.moving import FleetMove
from migration.record.run import Run
from migration.values.ids import instance_id_for
from migration.values.outcome import OutcomeKind
from notifying.sending import Sent
from records.errors import RecordsUnavailableError
from records.fleets import members
from records.fleets.held import HeldFleet, hold_fleet
from records.store import hold
from steering.fleets.running import following, starting, steering
from steering.fleets.running.images import images_of
from steering.fleets.running.steering import retry
from steering.fleets.standing import stand_of
from steering.runs import changing
from steering.runs.asking_again import ask_again
from tests.support.stage.fleets import FleetPlay, fleet_on_stage, id_of
from tests.support.stage.many import MINUTE

FIRST = instance_id_for(id_of(0))


@pytest.fixture
def play():
    with fleet_on_stage() as play:
        yield play.configure(poll_interval="PT1M", max_in_flight="50")


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """The titles of the messages that the fleet as such sends."""
    found: list[str] = []

    async def send(_address: Any, message: Any) -> Sent:
        found.append(message.title)
        return Sent(reached=True)

    monkeypatch.setattr("steering.fleets.approving.telling.send", send)
    return found


async def held_of(play: FleetPlay) -> HeldFleet:
    held = await hold_fleet(play.fleet_id)
    assert held is not None
    return held


def lose_the_row_of_the_first(play: FleetPlay, monkeypatch, *, once: bool = True) -> list[bool]:
    """A worker dies between the admission of a run of the first image and its row in the list: once, or until what is
    returned is empty.
    """
    dies = [True]
    written = changing._written

    async def dying(record: Any, run: Any, *, is_news: bool) -> None:
        if dies and record.migration_id == FIRST:
            raise ConnectionResetError("the worker is gone")
        await written(record, run, is_news=is_news)

    monkeypatch.setattr(changing, "_written", dying)
    play.deliver_looks_again(dies.clear if once else lambda: None)
    return dies


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
    dies = lose_the_row_of_the_first(play, monkeypatch, once=False)
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
            result = await retry(play.hub, await held_of(play), by="Grace")
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
        one, other = await held_of(play), await held_of(play)

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


def test_a_retry_whose_row_was_lost_is_no_failure_of_its_fleet(play: FleetPlay, told: list[str], monkeypatch):
    """The row of the run before it was taken for its own: the fleet was over, and told that it had failed."""
    play.refuse_the_first()
    play.begin(play.add_images(1), approval="fleet").until_over()
    assert play.counts == {"failed": 1}
    del play.azure.answers["draw_up_plan"]
    lose_the_row_of_the_first(play, monkeypatch)
    told.clear()
    play.steer(FleetMove.RETRY)
    for _ in range(14):
        play.by_the_clock().stage.advance(5 * MINUTE)
    assert told == ["The migration of a fleet ended: 1 kept"]
    assert play.post.sent == []


def test_a_cancel_reaches_a_retry_whose_row_was_lost(play: FleetPlay, told: list[str], monkeypatch):
    """It was answered with 202, and the version was made and promoted all the same."""
    play.refuse_the_first()
    play.begin(play.add_images(2), approval="fleet", window=2).stage.advance(3 * MINUTE)
    del play.azure.answers["draw_up_plan"]
    lose_the_row_of_the_first(play, monkeypatch)
    play.steer(FleetMove.RETRY)
    play.stage.advance(timedelta(seconds=7))
    play.steer(FleetMove.CANCEL, reason="wrong gallery")
    for _ in range(8):
        play.by_the_clock().stage.advance(5 * MINUTE)
    assert play.records.run(FIRST).outcome.kind is OutcomeKind.CANCELLED


def test_what_a_person_asks_anew_after_the_cancel_of_a_fleet_is_not_cancelled_with_it(play: FleetPlay):
    play.begin(play.add_images(2), window=1).stage.advance(2 * MINUTE)
    play.steer(FleetMove.CANCEL, reason="wrong gallery")
    play.stage.advance(2 * MINUTE)
    assert play.records.run(FIRST).outcome.kind is OutcomeKind.CANCELLED

    async def anew() -> Any:
        held = await hold(FIRST)
        assert held.run is not None
        return await ask_again(play.hub, held, held.run, Requester("Bob", ("bob",)), settings())

    assert isinstance(asyncio.run(anew()), Run)
    play.stage.run()
    for _ in range(12):
        play.by_the_clock().stage.advance(5 * MINUTE)
    run = play.records.run(FIRST)
    assert run.outcome is None or run.outcome.kind is not OutcomeKind.CANCELLED
    assert play.fleet.over_at is not None


def test_whoever_retries_while_a_look_is_starting_the_image_has_asked_for_its_run(play: FleetPlay, monkeypatch):
    """She was told 202, stood in the row, and could approve the run under four eyes."""
    rows = play.add_images(1)
    image = play.many.sources.pop(id_of(0))
    play.begin(rows).until_over()
    play.many.sources[image.id] = image
    seen = [play.stand]  # what she sees is from before he had it tried again

    async def stand(fleet: Fleet) -> Any:
        return seen.pop() if seen else await stand_of(fleet)

    async def late(ids: Any) -> Any:
        if seen:
            monkeypatch.setattr(steering, "stand_of", stand)
            assert isinstance(await retry(play.hub, await held_of(play), by="Cleo", ids=["cleo"]), Fleet)
        return await images_of(ids)

    async def tried_again() -> None:
        await retry(play.hub, await held_of(play), by="Bob", ids=["bob"])

    monkeypatch.setattr(starting, "images_of", late)
    asyncio.run(tried_again())
    play.stage.run()
    play.stage.advance(3 * MINUTE)
    assert {one.name for one in play.records.run(FIRST).requesters} == {"Ada", "Bob", "Cleo"}
