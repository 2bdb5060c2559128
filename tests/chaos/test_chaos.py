"""A few schedules of `make chaos`, always the same; and that it would notice what it no longer does."""

import json
from collections import Counter

import pytest

from tests.chaos.happenings.happening import from_json
from tests.chaos.happenings.others import Rebuilds
from tests.chaos.happenings.time import Meanwhile, Passes
from tests.chaos.happenings.wishes import StartsOverHttp
from tests.chaos.reached import STATES, never_reached
from tests.chaos.running import run
from tests.chaos.schedule import schedule_of
from tests.chaos.shrinking import shrunk
from tests.chaos.troubles import a_worker_dies_of_a_call

SEEDS = range(1, 13)
RARE = "died of the record"


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_the_promise_holds(seed):
    assert run(seed).breaches == []


@pytest.mark.parametrize("seed", range(50))
def test_a_schedule_is_the_same_once_it_was_written_down(seed):
    schedule = schedule_of(seed)
    written = json.dumps([happening.as_json() for happening in schedule])
    assert [from_json(one) for one in json.loads(written)] == schedule


def test_what_does_not_matter_is_left_out_of_a_schedule_that_fails():
    matters = [StartsOverHttp(0), Rebuilds(0)]
    schedule = [Passes(1), matters[0], Passes(2), Passes(3), matters[1], Meanwhile("after", "GET", "", Passes(4))]
    assert shrunk(schedule, lambda some: all(one in some for one in matters)) == matters


def test_there_are_forty_rare_states_at_least():
    assert len(STATES) >= 40


def test_a_kind_of_trouble_that_is_not_drawn_any_more_is_noticed():
    """By the states to which nothing else leads: a run that reaches one of them never is no success."""
    found = next(seed for seed in range(60, 160) if RARE in run(seed, (a_worker_dies_of_a_call,)).reached)
    assert RARE in never_reached(Counter(run(found, ()).reached))
