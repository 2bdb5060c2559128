"""Rare states by name: that a run of many schedules has reached each is evidence that it looked where it hurts."""

from collections.abc import Callable
from typing import NamedTuple

from tests.chaos.playing import Played


class State(NamedTuple):
    """A state, and how a play shows that it was reached."""

    sentence: str
    is_in: Callable[[Played], bool]


STATES: dict[str, State] = {}


def reached_in(played: Played) -> list[str]:
    """Return the names of the states that a play has reached."""
    return [name for name, state in STATES.items() if state.is_in(played)]
