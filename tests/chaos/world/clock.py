"""Time of a world: one clock for Azure, engine and app, and an event loop that moves it instead of waiting."""

import asyncio
import math
import selectors
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dev.emulator.world.clock import Clock

BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_STEP = timedelta(microseconds=1)


class StuckError(Exception):
    """Everybody waits for somebody else."""


class WorldClock(Clock):
    """Stands still until it is moved, and never goes back."""

    def __init__(self) -> None:
        self._at = BEGINNING
        super().__init__(speed=0, monotonic=lambda: 0.0)

    def now(self) -> datetime:
        return self._at

    def advance(self, span: timedelta) -> datetime:
        assert span >= timedelta(0), "time only moves forward"
        self._at += span
        return self._at

    def retry_after_seconds(self, real_service_seconds: int) -> int:
        """Whoever is advised here sleeps in this world's seconds."""
        return real_service_seconds

    def seconds(self) -> float:
        return (self._at - BEGINNING) // _STEP / 1_000_000


class _NoWaiting(selectors.SelectSelector):
    """Hears no socket; where a loop would wait for the time, the clock moves."""

    def __init__(self, clock: WorldClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise StuckError("nobody has anything to do, and no time is waited for")
        if timeout > 0:
            self._clock.advance(_STEP * max(1, math.ceil(timeout * 1_000_000)))
        return []


class WorldLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is the clock's: who sleeps in it moves the clock once nobody has anything else to do."""

    def __init__(self, clock: WorldClock) -> None:
        self._world_clock = clock
        super().__init__(_NoWaiting(clock))
        self._clock_resolution = 1e-6
        self.problems: list[Mapping[str, Any]] = []
        self.set_exception_handler(lambda _, context: self.problems.append(context))

    def time(self) -> float:
        return self._world_clock.seconds()
