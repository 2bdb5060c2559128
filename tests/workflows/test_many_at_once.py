"""A cap for the whole app: so many versions are being made at once, whoever started what, and the others wait."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmThrottledError
from migration.course import steps
from migration.values.outcome import Phase
from records.places import held, queue
from records.store import hold
from steering.runs.cancelling import cancel_run
from tests.support.stage.hooks import Real
from tests.support.stage.many import MINUTE, AzureOfMany, Crowd, crowd_on_stage, least, varied

type Takes = Callable[[int], timedelta]
LONG = timedelta(hours=12)


def alike(_number: int) -> timedelta:
    """All that began together are done together: as many places become free at once as there are."""
    return 20 * MINUTE


def waiting(crowd: Crowd) -> list[tuple[int, int, int]]:
    """How those that wait say so, in the order in which they were started."""
    return [(run.queued.position, run.queued.waiting, run.queued.making) for run in crowd.runs() if run.queued]


def all_made(crowd: Crowd, cap: int) -> bool:
    """Whether every image has one version and its end, and no moment saw more being made than may be."""
    azure: AzureOfMany = crowd.many
    ends = {run.outcome.kind.value for run in crowd.runs() if run.outcome}
    return (ends, len(azure.versions), azure.most) == ({"SourceKept"}, len(crowd.ids), cap)


@pytest.mark.parametrize(("takes", "images", "cap"), [(alike, 60, 15), (varied, 40, 10)])
def test_many_images_under_a_cap_take_hardly_longer_than_they_must(takes: Takes, images: int, cap: int):
    with crowd_on_stage(takes) as crowd:
        crowd.configure(max_in_flight=str(cap), poll_interval="PT1M").start_many(range(images))
        assert crowd.many.being_made == cap
        crowd.until_all_ended(LONG)
        took = max(crowd.many.done.values()) - min(crowd.many.begun.values())
        assert took / least(map(takes, range(images)), cap) <= 1.1
        assert all_made(crowd, cap)
        assert max(crowd.stage.instance(one).longest_history for one in crowd.ids) < 300
        looks = sum(name == steps.CREATE_IMAGE_VERSION.name for name, _ in crowd.stage.calls)
        assert looks < 20 * images, "those who wait do not leave off asking"


def test_who_waits_for_a_place_says_how_many_are_in_front():
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="2").start_many(range(5))
        assert [run.phase for run in crowd.runs()] == [Phase.REPLICATING] * 2 + [Phase.CREATING] * 3
        assert waiting(crowd) == [(1, 1, 2), (2, 2, 2), (3, 3, 2)]
        crowd.stage.advance(5 * MINUTE)
        assert waiting(crowd) == [(1, 3, 2), (2, 3, 2), (3, 3, 2)]
        crowd.until_all_ended(LONG)
        assert all_made(crowd, cap=2)
        assert waiting(crowd) == []


def test_a_wait_for_a_place_outlasts_every_patience():
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="1", patience="PT10M").start_many(range(3)).until_all_ended(LONG)
        assert all_made(crowd, cap=1)


def test_who_came_first_goes_first():
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="1")
        for number in range(4):
            crowd.start_many(range(number, number + 1)).stage.advance(MINUTE)
        crowd.until_all_ended(LONG)
        begun = sorted(crowd.many.begun, key=lambda version: crowd.many.begun[version])
        assert [version.split("/")[-3][-1] for version in begun] == list("0123")


@pytest.mark.parametrize("end", ["cancelled", "terminated", "forgotten"])
def test_the_place_of_a_migration_that_ended_in_whatever_way_is_another_ones(end: str):
    with crowd_on_stage(lambda number: (20 if number else 600) * MINUTE) as crowd:
        crowd.configure(max_in_flight="1").start_many(range(2)).stage.advance(MINUTE)
        lost = crowd.ids[0]
        ways: dict[str, Callable[[], Any]] = {
            "cancelled": lambda: _cancel(crowd, lost),
            "terminated": lambda: crowd.stage.terminate(lost),
            "forgotten": lambda: crowd.records.forget(lost),
        }
        ways[end]()
        for _ in range(3):
            crowd.by_the_clock().stage.advance(3 * MINUTE)
        assert crowd.records.run(crowd.ids[1]).phase is Phase.REPLICATING


def test_a_migration_that_is_cancelled_while_it_waits_holds_up_nobody():
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="1").start_many(range(3))
        _cancel(crowd, crowd.ids[1])
        crowd.stage.raise_event(crowd.ids[1], "Cancel", {"look": True})
        crowd.stage.advance(25 * MINUTE)
        assert [run.phase for run in crowd.runs()] == [Phase.DONE, Phase.DONE, Phase.REPLICATING]
        assert crowd.runs()[1].outcome.kind.value == "Cancelled"
        crowd.stage.advance(MINUTE)
        assert [row for partition, row in crowd.records.rows if partition == queue.PARTITION] == []


def test_those_in_front_whose_workers_are_dead_do_not_keep_the_others_waiting_for_ever():
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="1").start_many(range(5))
        for dead in crowd.ids[1:3]:
            crowd.stage.suspend(dead)
        crowd.stage.advance(35 * MINUTE)
        phases = [run.phase for run in crowd.runs()]
        assert phases == [Phase.DONE, Phase.CREATING, Phase.CREATING, Phase.REPLICATING, Phase.CREATING]
        for dead in crowd.ids[1:3]:
            crowd.stage.resume(dead)
        crowd.until_all_ended(LONG)
        assert all_made(crowd, cap=1)


def test_migrations_that_are_suspended_while_their_versions_are_made_keep_their_places_for_their_patience_only():
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="2", replication_patience="PT2H").start_many(range(4)).stage.advance(MINUTE)
        for stopped in crowd.ids[:2]:
            crowd.stage.suspend(stopped)
        crowd.stage.advance(2 * 60 * MINUTE)
        assert [run.phase for run in crowd.runs()] == [Phase.REPLICATING] * 2 + [Phase.CREATING] * 2
        crowd.stage.advance(70 * MINUTE)
        assert [run.phase for run in crowd.runs()[2:]] == [Phase.REPLICATING] * 2
        for stopped in crowd.ids[:2]:
            crowd.stage.resume(stopped)
        crowd.until_all_ended(LONG)
        assert all_made(crowd, cap=2)


def test_a_hub_that_wakes_nobody_costs_minutes_and_no_image():
    with crowd_on_stage(alike) as crowd:
        crowd.hub.hears = False
        crowd.configure(max_in_flight="4").start_many(range(12)).until_all_ended(LONG)
        assert all_made(crowd, cap=4)


def test_a_lowered_cap_begins_nothing_until_fewer_are_being_made_and_a_raised_one_begins_more_at_once():
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="6").start_many(range(12)).configure(max_in_flight="2")
        crowd.stage.advance(19 * MINUTE)
        assert crowd.many.being_made == 6
        crowd.stage.advance(3 * MINUTE)
        assert crowd.many.being_made == 2
        crowd.configure(max_in_flight="5").stage.advance(MINUTE)
        assert crowd.many.being_made == 5


def test_an_image_that_azure_throttles_lets_others_have_its_place():
    with crowd_on_stage(alike) as crowd:
        throttled = ArmThrottledError("TooManyRequests", "slow down", 3600)

        def start_version(plan: Any, *args: Any) -> Any:
            if plan.source.name == "web0":
                raise throttled
            return crowd.many._start_version(plan, *args)

        crowd.azure.answers["start_version"] = start_version
        crowd.configure(max_in_flight="1").start_many(range(2)).stage.advance(5 * MINUTE)
        assert [run.phase for run in crowd.runs()] == [Phase.CREATING, Phase.REPLICATING]
        assert [one.code for one in crowd.runs()[0].obstacles] == ["TooManyRequests"]
        assert crowd.runs()[0].queued is None


def test_a_worker_that_dies_with_a_place_goes_on_with_it():
    """Before its version was asked for, or after: its second execution begins with the same place."""
    with crowd_on_stage(alike) as crowd:
        died: list[str] = []

        async def dying(told: Any, real: Real) -> Any:
            answer = await real(told)
            if told["migrationId"] not in died:
                died.append(told["migrationId"])
                raise ConnectionResetError("the worker is gone")
            return answer

        crowd.hooks[steps.CREATE_IMAGE_VERSION.name] = dying
        crowd.configure(max_in_flight="3").start_many(range(9)).until_all_ended(LONG)
        assert len(died) == 9
        assert all_made(crowd, cap=3)


def test_while_nobody_can_read_who_makes_versions_no_version_is_made():
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="5").start_many(range(1))
        crowd.records.rows[held.PARTITION, held.ROW]["document0"] = "{"
        crowd.start_many(range(1, 3)).stage.advance(30 * MINUTE)
        assert [run.phase for run in crowd.runs()] == [Phase.DONE, Phase.CREATING, Phase.CREATING]
        assert waiting(crowd) == [(0, 0, 0)] * 2
        del crowd.records.rows[held.PARTITION, held.ROW]
        crowd.stage.advance(2 * MINUTE)
        assert crowd.many.being_made == 2


def test_without_the_row_of_places_what_is_being_made_counts_all_the_same():
    """A release before kept none, and somebody may delete it: the list says what is being made."""
    with crowd_on_stage(alike) as crowd:
        crowd.configure(max_in_flight="3").start_many(range(6)).stage.advance(MINUTE)
        del crowd.records.rows[held.PARTITION, held.ROW]
        crowd.until_all_ended(LONG)
        assert all_made(crowd, cap=3)


def _cancel(crowd: Crowd, migration_id: str) -> None:
    async def cancelled() -> None:
        assert await cancel_run(await hold(migration_id), crowd.records.run(migration_id).id, None) is None

    asyncio.run(cancelled())
