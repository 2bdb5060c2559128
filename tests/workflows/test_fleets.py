"""A fleet from its order to its end, on virtual time: waves, window, pause, cancel, retry, deaths."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from activities import advance_fleet
from arm.transport.errors import ArmRefusedError, ArmThrottledError
from migration import names
from migration.course import steps
from migration.fleet.moving import FleetMove
from migration.record.run import Run
from migration.telling.of_fleets.standing import Standing
from migration.values.answer import Refusal
from migration.values.ids import instance_id_for
from records.errors import RecordsUnavailableError
from records.fleets import members
from records.pauses import Pause, write_pause
from tests.support.samples import make_image
from tests.support.stage.fleets import FleetPlay, fleet_on_stage, id_of
from tests.support.stage.hooks import Real
from tests.support.stage.many import MINUTE, least, varied

HOUR = timedelta(hours=1)
LOOKS = 400


@pytest.fixture
def play():
    with fleet_on_stage() as play:
        yield play.configure(poll_interval="PT1M", max_in_flight="50")


def runs_of(play: FleetPlay, number: int) -> list[Run]:
    """All runs of an image that there ever were."""
    migration_id = instance_id_for(id_of(number))
    latest = play.records.run(migration_id)
    kept = [run for run in play.records.kept() if run.start.id == migration_id and run.id != latest.id]
    return [latest, *kept]


def test_a_fleet_ends_when_all_of_its_images_have_and_each_was_started_once(play: FleetPlay):
    play.begin(play.add_images(30), window=10)
    assert (play.on_their_way, play.fleet.by) == (10, "Ada")
    play.until_over()
    assert (play.counts, play.fleet.stage, play.fleet.by) == ({"kept": 30}, "over", "the app")
    assert play.stage.instance(play.fleet_id).runtime_status == "COMPLETED"
    assert len(play.many.versions) == 30
    assert {len(runs_of(play, number)) for number in range(30)} == {1}
    first = runs_of(play, 0)[0].start
    assert (first.fleet, first.requested_by, first.requester_ids) == (play.fleet_id, "Ada", ["ada"])


def test_never_more_than_the_window_are_on_their_way(play: FleetPlay):
    play.begin(play.add_images(25), window=4)
    while play.fleet.over_at is None:
        assert play.on_their_way <= 4
        play.stage.advance(5 * MINUTE)
    assert play.many.most == 4


def test_a_wave_begins_when_the_one_before_is_through_and_not_before_its_date(play: FleetPlay):
    later = play.stage.now + 5 * HOUR
    rows = [*play.add_images(3), *play.add_images(3, 3, wave=2), *play.add_images(2, 6, wave=3)]
    play.begin(rows, waveStarts=[{"wave": 3, "at": later.isoformat()}])
    play.stage.advance(15 * MINUTE)
    assert play.standings == [Standing.ON_ITS_WAY] * 3 + [Standing.WAITING] * 5
    play.stage.advance(20 * MINUTE)
    assert play.standings[3:] == [Standing.ON_ITS_WAY] * 3 + [Standing.WAITING] * 2
    play.stage.advance(4 * HOUR)
    assert play.standings == [Standing.KEPT] * 6 + [Standing.WAITING] * 2
    looks = [name for name, _ in play.stage.calls if name == steps.ADVANCE_FLEET.name]
    assert len(looks) < 120, "it looks often though it only waits for a date"
    play.stage.advance(30 * MINUTE)
    assert play.standings[6:] == [Standing.ON_ITS_WAY] * 2
    play.until_over()


def test_twelve_monthly_images_of_a_definition_are_made_one_after_the_other(play: FleetPlay):
    play.begin(play.add_images(5, request={"imageDefinition": "web"}), window=5)
    begun: list[int] = []
    while play.fleet.over_at is None:
        assert play.on_their_way <= 1
        begun = [one.member.number for one in play.stand.members if one.status is not None]
        assert begun == sorted(begun)
        play.stage.advance(5 * MINUTE)
    at = [play.many.begun[version] for version in play.many.versions]
    assert at == sorted(at)
    assert len(at) == 5


def test_one_bad_image_stops_no_other(play: FleetPlay):
    rows = play.add_images(8)
    del play.many.sources[id_of(2)]
    play.many.sources[id_of(3)] = make_image(id=id_of(3), name="web3").changed(unreadable="it makes no sense")

    def get_image(image_id: str) -> Any:
        if image_id == id_of(3):
            raise ArmRefusedError("AuthorizationFailed", "may not read it")
        return play.many.sources.get(image_id)

    play.azure.answers["get_image"] = get_image
    play.begin(rows).until_over()
    passed = {one.member.number: one.member.why.code for one in play.stand.members if one.member.why}
    assert passed == {3: "NotFound", 4: "AuthorizationFailed"}
    assert play.counts == {"kept": 6, "passed": 2}


def test_images_that_run_or_are_done_are_reported_and_not_restarted(play: FleetPlay):
    play.start_many(range(1)).until_all_ended(5 * HOUR)
    play.start_many(range(1, 2))
    play.begin(
        [*play.add_images(1, 2), *[{"request": {"sourceImageId": id_of(n), "deleteSource": "never"}} for n in (0, 1)]]
    )
    play.until_over()
    assert [(one.standing, one.member.why and one.member.why.code) for one in play.stand.members] == [
        (Standing.KEPT, None),
        (Standing.PASSED, "AlreadyMigrated"),
        (Standing.PASSED, "AlreadyMigrating"),
    ]
    assert [len(runs_of(play, number)) for number in range(3)] == [1, 1, 1]


def test_the_same_order_twice_is_one_fleet(play: FleetPlay):
    rows = play.add_images(6)
    first = play.begin(rows, window=2).fleet_id
    play.stage.advance(10 * MINUTE)
    assert play.begin(rows, window=2).fleet_id == first
    assert play.begin(rows, window=3).fleet_id != first
    play.fleet_id = first
    play.until_over()
    assert {len(runs_of(play, number)) for number in range(6)} == {1}


def test_a_paused_fleet_starts_nothing_until_it_goes_on(play: FleetPlay):
    play.begin(play.add_images(6), window=2)
    play.steer(FleetMove.PAUSE, reason="storm")
    assert (play.fleet.stage, play.fleet.by, play.fleet.reason) == ("paused", "Grace", "storm")
    play.stage.advance(3 * HOUR)
    assert play.counts == {"kept": 2, "waiting": 4}
    play.steer(FleetMove.RESUME)
    assert play.on_their_way == 2
    play.until_over()
    assert play.counts == {"kept": 6}


def test_a_cancelled_fleet_starts_nothing_and_cancels_what_can_be(play: FleetPlay):
    play.begin(play.add_images(9), window=3)
    play.stage.advance(5 * MINUTE)
    play.steer(FleetMove.CANCEL, reason="wrong gallery")
    play.stage.advance(10 * MINUTE)
    outcomes = [one.outcome for one in play.stand.members]
    assert [(outcome.kind, outcome.reason) for outcome in outcomes if outcome] == [
        ("Cancelled", "cancelled: the fleet was cancelled by Grace: wrong gallery")
    ] * 3
    assert (play.fleet.stage, play.fleet.over_at is not None, play.counts["waiting"]) == ("cancelled", True, 6)
    assert isinstance(play.steer(FleetMove.RESUME), Refusal)
    assert play.stage.instance(play.fleet_id).runtime_status == "COMPLETED"


def test_a_fleet_that_is_cancelled_leaves_the_runs_of_others_alone(play: FleetPlay):
    play.start_many(range(1))
    play.begin([*play.add_images(2, 1), {"request": {"sourceImageId": id_of(0)}}])
    play.steer(FleetMove.CANCEL)
    play.stage.advance(10 * MINUTE)
    assert [play.records.run(instance_id_for(id_of(n))).is_live for n in range(3)] == [True, False, False]


def test_only_what_failed_is_tried_again_as_a_new_run(play: FleetPlay):
    rows = play.add_images(4)
    del play.many.sources[id_of(3)]
    play.refuse_the_first()
    play.begin(rows).until_over()
    assert play.standings == [Standing.FAILED, Standing.KEPT, Standing.KEPT, Standing.PASSED]
    del play.azure.answers["draw_up_plan"]
    play.many.add(3)
    assert play.steer(FleetMove.RETRY).stage == "running"  # type: ignore[union-attr]  # no refusal
    play.until_over()
    assert play.counts == {"kept": 4}
    assert [len(runs_of(play, number)) for number in range(4)] == [2, 1, 1, 1]


def test_the_switch_that_pauses_starts_keeps_images_waiting_and_passes_none(play: FleetPlay):
    asyncio.run(write_pause(Pause(paused=True, by="Grace")))
    play.begin(play.add_images(3))
    play.stage.advance(HOUR)
    assert play.counts == {"waiting": 3}
    asyncio.run(write_pause(Pause(paused=False)))
    play.until_over()
    assert play.counts == {"kept": 3}


def test_an_azure_that_throttles_the_look_at_images_is_asked_again_when_it_says(play: FleetPlay):
    play.azure.answers["list_images"] = ArmThrottledError("TooManyRequests", "slow down", 1800)
    play.begin(play.add_images(8))
    play.stage.advance(29 * MINUTE)
    assert (play.counts, play.azure.asked["list_images"]) == ({"waiting": 8}, 1)
    del play.azure.answers["list_images"]
    play.until_over()
    assert play.counts == {"kept": 8}


def test_many_images_are_read_by_one_list_and_few_one_by_one(play: FleetPlay):
    play.configure(max_in_flight="200").begin(play.add_images(40), window=40)
    asked = play.azure.asked
    assert (asked["list_images"], play.on_their_way) == (1, 40)


@pytest.mark.parametrize("seed", range(3))
def test_looks_that_die_anywhere_start_no_image_twice_and_lose_none(play: FleetPlay, monkeypatch, seed: int):
    """A worker dies between the admission of a run and the row that tells of it, or before, or after."""
    chosen = random.Random(seed)
    deaths = 0
    change_member = members.change_member

    async def dying(*told: Any) -> bool:
        nonlocal deaths
        if chosen.random() < 0.5:
            deaths += 1
            raise ConnectionResetError("the worker is gone")
        return await change_member(*told)

    monkeypatch.setattr("steering.fleets.running.starting.change_member", dying)
    play.deliver_looks_again()
    play.begin(play.add_images(20), window=7).until_over(timedelta(days=1))
    assert deaths > 3
    assert play.counts == {"kept": 20}
    assert {len(runs_of(play, number)) for number in range(20)} == {1}
    assert len(play.many.versions) == 20


def test_a_fleet_whose_orchestration_was_lost_goes_on_by_the_clock(play: FleetPlay):
    play.begin(play.add_images(6), window=2).stage.terminate(play.fleet_id)
    play.stage.advance(2 * HOUR)
    assert play.counts == {"kept": 2, "waiting": 4}
    play.by_the_clock().until_over()
    assert play.counts == {"kept": 6}
    play.by_the_clock().stage.advance(HOUR)
    assert play.stage.instance(play.fleet_id).runtime_status == "COMPLETED"


def test_an_image_that_somebody_else_started_anew_does_not_keep_its_fleet_on_the_way(play: FleetPlay):
    play.begin(play.add_images(3), window=3)
    play.steer(FleetMove.PAUSE)
    play.stage.terminate(play.fleet_id)  # so that no look sees the end of its own run
    ended = instance_id_for(id_of(0))
    while play.records.run(ended).is_live:
        play.stage.advance(10 * MINUTE)
    play.start_many(range(1))
    assert play.records.run(ended).start.fleet is None
    play.steer(FleetMove.RESUME)
    play.until_over()
    assert play.counts == {"kept": 3}
    assert play.stand.members[0].status is None


def test_an_image_whose_record_is_gone_does_not_keep_its_fleet_on_the_way(play: FleetPlay):
    play.begin(play.add_images(2), window=2)
    lost = instance_id_for(id_of(1))
    play.records.forget(lost)
    for key in [key for key, row in play.records.rows.items() if row.get("id") == lost]:
        del play.records.rows[key]
    play.until_over()
    assert [one.outcome.code for one in play.stand.members if one.standing is Standing.FAILED and one.outcome] == [
        "NoRecord"
    ]


def test_a_fleet_that_cannot_be_read_is_looked_at_when_it_can(play: FleetPlay):
    play.begin(play.add_images(4), window=2)
    play.records.broken = {f"fleet~{play.fleet_id}"}
    play.stage.advance(5 * HOUR)
    play.records.broken = set()
    play.until_over()
    assert play.counts == {"kept": 4}


@pytest.mark.parametrize("instance_id", ["fleet-web", f"fleet-{'ab' * 16}", f"migrate-web-{'ab' * 16}"])
def test_a_forged_instance_starts_nothing(play: FleetPlay, instance_id: str):
    play.add_images(3)
    play.stage.start(names.MIGRATE_FLEET, {"rows": [{"request": {"sourceImageId": id_of(0)}}]}, instance_id)
    play.stage.run()
    assert play.stage.instance(instance_id).runtime_status == "COMPLETED"
    assert play.records.rows == {}


def test_a_hub_that_takes_no_start_loses_no_image(play: FleetPlay):
    play.hub.hears = False
    play.begin(play.add_images(5), window=2).until_over()
    assert play.counts == {"kept": 5}


def test_the_images_of_a_fleet_under_a_cap_take_hardly_longer_than_they_must():
    """A fifth of what `python -m tests.bench fleet` measures."""
    images, cap = 40, 10
    with fleet_on_stage(varied) as play:
        play.configure(poll_interval="PT1M", max_in_flight=str(cap)).begin(play.add_images(images), window=cap + 2)
        began = play.stage.now
        play.until_over(step=5 * MINUTE)
        took = max(play.many.done.values()) - began
        assert took / least(map(varied, range(images)), cap) <= 1.1
        assert (play.many.most, play.counts) == (cap, {"kept": images})


def test_no_execution_of_a_fleet_has_more_than_five_hundred_events_however_long_it_takes(play: FleetPlay):
    """Ten thousand images take more looks than these, each of which is the same to its history."""
    looks = 0

    def looked(_told: Any, _real: Real) -> Any:
        nonlocal looks
        looks += 1
        if looks % 7 == 0:
            raise RecordsUnavailableError("503")
        return {"seconds": None if looks == LOOKS else float(looks % 3) * 30}

    play.hooks[steps.ADVANCE_FLEET.name] = looked
    play.begin(play.add_images(1))
    while play.stage.instance(play.fleet_id).runtime_status != "COMPLETED":
        play.stage.raise_event(play.fleet_id, names.FLEET_CHANGED_EVENT, {"look": True})
        play.stage.advance(HOUR)
    assert looks == LOOKS
    assert play.stage.instance(play.fleet_id).longest_history < 500


def test_advance_is_the_activity_of_a_fleet():
    assert advance_fleet.advance_fleet.__name__ == steps.ADVANCE_FLEET.name
