"""Some planted bugs, by schedules that are known to show them: neither chaos nor its invariants are blind."""

import pytest

from tests.chaos.planted.all import SAFEGUARDS
from tests.chaos.planted.finding import search, try_without, watch

KNOWN = {
    "nothing is deleted unasked": 1,
    "a cancel is taken down": 10,
    "the first decision counts": 19,
    "an update keeps every region": 1,
    "one run of an image lives": 1,
    "the sweep takes up what no event told of": 3,
}


@pytest.mark.parametrize(("name", "seed"), KNOWN.items())
def test_a_safeguard_that_is_undone_is_missed(name, seed):
    assert try_without((name, seed)).broken


def test_a_schedule_in_which_safeguards_are_only_watched_goes_as_ever():
    watched = watch(KNOWN["nothing is deleted unasked"])
    assert watched.breaches == ()
    assert {name for name, seed in KNOWN.items() if seed == watched.seed} <= watched.mattered


def test_what_fails_with_nothing_planted_is_told_and_proves_nothing():
    def each(function, wanted):
        return [] if function is try_without else [watched._replace(breaches=("a",)) for _ in wanted]

    watched = watch(KNOWN["nothing is deleted unasked"])
    assert list(search(SAFEGUARDS, [1, 2], each)) == [watched._replace(breaches=("a",))] * 2
