"""Plays a schedule: its happenings in order, what must hold after each, and an end at which nothing is left open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import tests.chaos.happenings.all as _known
from tests.chaos.happenings.happening import Happening
from tests.chaos.trace import Trace
from tests.chaos.world.seeing import records_of, scene_of, told_of
from tests.chaos.world.world import ChaosWorld, a_world
from tests.support.invariants.honesty import list_and_detail_agree
from tests.support.invariants.judging import violations
from tests.support.invariants.scene import Scene

assert _known
LONGEST = timedelta(days=25)  # patience, replication, questions and soaks are over by then, one after another
LOOK = timedelta(hours=6)
CURED = {  # a wish that no event told of is found by the sweep, once nothing is wrong
    "notify": "ada@contoso.com=json://mail.example.net/ada json://mail.example.net/team",
    "paused": None,
    "regions": None,
    "sweep": None,
}


class Breach(NamedTuple):
    """What did not hold: after which step (None: at the end), and by which invariant."""

    step: int | None
    invariant: str
    said: str


class Played(NamedTuple):
    """What became of a schedule."""

    breaches: list[Breach]
    trace: Trace
    scene: Scene


def play(seed: int, schedule: Sequence[Happening]) -> Played:
    """Play it to its end, or to the first step after which something does not hold."""
    with a_world(seed) as world:
        for number, happening in enumerate(schedule):
            world.trace.note("step", at=number, what=happening.as_json())
            happening.happen(world)
            scene = scene_of(world)
            found = [Breach(number, one.invariant, str(one)) for one in violations(scene, at_end=False)]
            if found:
                return Played(found, world.trace, scene)
        return _ended(world)


def _ended(world: ChaosWorld) -> Played:
    world.trace.note("calm")
    calm(world)
    end = world.clock.now() + LONGEST
    world.passes(2 * LOOK)
    found = _listed_otherwise(world)
    while _is_open(world) and world.clock.now() < end:
        world.passes(LOOK)
    world.passes(timedelta(hours=1))
    told = world.await_(told_of(world))
    scene = replace(scene_of(world, told), left=world.texts())
    found += [Breach(None, one.invariant, str(one)) for one in violations(scene, at_end=True)]
    found += [Breach(None, "nothing raises what nobody expects", one) for one in world.bugs()]
    return Played(found, world.trace, scene)


def _listed_otherwise(world: ChaosWorld) -> list[Breach]:
    """Find what the list tells otherwise than its record while people are still waited for: the clock has looked."""
    scene = scene_of(world, world.await_(told_of(world)))
    return [Breach(None, list_and_detail_agree.__name__, said) for said in list_and_detail_agree(scene)]


def calm(world: ChaosWorld) -> None:
    """Everything that goes wrong by others' doing is over: faults, rights, switches; what has happened has happened."""
    azure = world.azure.world
    azure.faults.remove()
    azure.settings = azure._first_settings
    world.moments.forget()
    world.post.to_lose = world.post.to_hold = 0
    world.events.to_drop = world.events.to_repeat = world.events.to_delay = 0
    world.client.unanswered = world.hub.turns_to_drop = 0
    world.configure(**CURED)
    world.passes(timedelta(seconds=5))  # what was just asked of the hub takes effect
    for instance, status in world.hub.instances().items():
        if status == "SUSPENDED":
            world.hub.resume(instance)
    for migration_id, record in _by_id(world).items():
        if record.get("oldestReader", 0) > 3:
            world.azure.change_record(migration_id, {"oldestReader": 3})
    world.go(world.app.http("POST", "pause", {"paused": False, "reason": "over"}))


def _by_id(world: ChaosWorld) -> dict[str, dict]:
    return {record["migrationId"]: record for record in records_of(world.azure).values()}


def _is_open(world: ChaosWorld) -> bool:
    """Tell whether anything is still to come of itself: a run, an instance, a message that is owed, an event."""
    runs = [record.get("run") or {"stage": "ended"} for record in records_of(world.azure).values()]
    live = [status for status in world.hub.instances().values() if status in {"RUNNING", "PENDING"}]
    owed = [run for run in runs if run.get("owed") or run.get("owedBefore")]
    return bool(live or owed or not world.events.is_idle or any(run["stage"] != "ended" for run in runs))
