"""One seed in a process of its own: played, and made as short as it goes where it fails."""

import logging
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

from tests.chaos.happenings.happening import Happening
from tests.chaos.playing import play
from tests.chaos.reached import reached_in
from tests.chaos.schedule import ALL, schedule_of
from tests.chaos.shrinking import shrunk
from tests.chaos.troubles import Trouble


class Result(NamedTuple):
    """How a seed ended, in values that go from one process to another."""

    seed: int
    steps: int
    breaches: list[str]
    shrunk: list[dict[str, Any]]
    reached: list[str]
    trace: str


def sane() -> None:
    """Have a process say nothing but its results: what the app logs of faults is no news."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def run(seed: int, troubles: Sequence[Trouble] = ALL) -> Result:
    """Play the schedule of a seed."""
    schedule = schedule_of(seed, troubles)
    played = play(seed, schedule)
    names = {breach.invariant for breach in played.breaches}

    def fails(shorter: Sequence[Happening]) -> bool:
        return bool(names & {breach.invariant for breach in play(seed, shorter).breaches})

    short = shrunk(schedule, fails) if played.breaches else []
    said = [f"{'at the end' if one.step is None else f'after step {one.step}'}, {one.said}" for one in played.breaches]
    text = played.trace.text()
    return Result(seed, len(schedule), said, [one.as_json() for one in short], reached_in(played), text)
