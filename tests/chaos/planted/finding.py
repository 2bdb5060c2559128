"""Looks for a schedule that shows what is planted: seed after seed, until something does not hold."""

from typing import NamedTuple

from tests.chaos.planted.all import SAFEGUARDS
from tests.chaos.planted.leads import HARDER
from tests.chaos.planted.safeguard import on_watch, without
from tests.chaos.playing import play
from tests.chaos.schedule import schedule_of


class Watched(NamedTuple):
    """Which safeguards made a difference in the schedule of a seed, and what did not hold with all of them."""

    seed: int
    mattered: frozenset[str]
    breaches: tuple[str, ...]


class Tried(NamedTuple):
    """What did not hold in the schedule of a seed without a safeguard: the names of invariants."""

    name: str
    seed: int
    broken: tuple[str, ...]


def watch(seed: int) -> Watched:
    """Play a seed with all safeguards."""
    with on_watch(SAFEGUARDS.values()) as mattered:
        breaches = play(seed, schedule_of(seed, HARDER)).breaches
    return Watched(seed, frozenset(mattered), tuple(one.invariant for one in breaches))


def try_without(wanted: tuple[str, int]) -> Tried:
    """Play a seed without one safeguard, up to the first thing that does not hold."""
    name, seed = wanted
    with without(SAFEGUARDS[name]):
        breaches = play(seed, schedule_of(seed, HARDER)).breaches
    return Tried(name, seed, tuple(dict.fromkeys(one.invariant for one in breaches)))
