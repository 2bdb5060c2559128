"""Looks for a schedule that shows what is planted: seed after seed, until something does not hold."""

from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from typing import Any, NamedTuple

from tests.chaos.leading import LEADS, a_delete_is_put_off, a_question_is_played_with
from tests.chaos.planted.all import SAFEGUARDS
from tests.chaos.planted.safeguard import on_watch, without
from tests.chaos.playing import play
from tests.chaos.schedule import schedule_of
from tests.chaos.troubles import TROUBLES, Trouble, replication_is_odd

type Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
MOST = 200  # schedules in which each has to be found
_AT_ONCE = 20
# Of what leads to a delete, and to the answers before it, there is more than in ordinary schedules.
_MORE = (*(a_delete_is_put_off,) * 3, a_question_is_played_with, replication_is_odd)
HARDER: tuple[Trouble, ...] = (*TROUBLES, *(*LEADS, *_MORE) * 2)


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


def search(names: Iterable[str], seeds: Iterable[int], each: Each) -> Iterator[Tried | Watched]:
    """Yield a schedule that shows each safeguard, as it is found; and every one that fails with all of them.

    `each` is a `map`, of several processes or of none. A seed is tried without the safeguards that made a difference
    in it, and only where all holds with them: then what does not hold is for what is planted.
    """
    left = list(names)
    for batch in batched(seeds, _AT_ONCE, strict=False):
        watched: list[Watched] = list(each(watch, batch))
        yield from (one for one in watched if one.breaches)
        sound = [one for one in watched if not one.breaches]
        for nth in range(len(sound)):
            led = {name: [one.seed for one in sound if name in one.mattered] for name in left}
            tried: list[Tried] = list(each(try_without, [(n, led[n][nth]) for n in left if nth < len(led[n])]))
            shown = [one for one in tried if one.broken]
            left = [name for name in left if name not in {one.name for one in shown}]
            yield from shown
        if not left:
            return
