"""A retry or a cancel of a fleet meets a worker that dies, or somebody else who does the same: each is heard."""

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
from records.errors import RecordsUnavailableError
from records.fleets.held import HeldFleet, hold_fleet
from records.store import hold
from steering.fleets.running import starting, steering
from steering.fleets.running.images import images_of
from steering.fleets.running.steering import retry
from steering.fleets.standing import stand_of
from steering.runs import changing
from steering.runs.asking_again import ask_again
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


async def held_of(play: FleetPlay) -> HeldFleet:
    held = await hold_fleet(play.fleet_id)
    assert held is not None
    return held


def lose_the_row_of_the_first(play: FleetPlay, monkeypatch) -> None:
    """A worker dies once, between the admission of a run of the first image and its row in the list."""
    dies = [True]
    written = changing._written

    async def dying(record: Any, run: Any, *, is_news: bool) -> None:
        if dies and record.migration_id == FIRST:
            raise ConnectionResetError("the worker is gone")
        await written(record, run, is_news=is_news)

    async def again(said: Any, real: Any) -> Any:
        try:
            return await real(said)
        except ConnectionResetError as error:
            dies.clear()
            raise RecordsUnavailableError("as if it were delivered again") from error

    monkeypatch.setattr(changing, "_written", dying)
    play.hooks[steps.ADVANCE_FLEET.name] = again


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
