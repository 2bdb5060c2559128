"""Time: the system's clock, or one moved by hand; and what is to happen later, as one heap in place of many threads."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol


class Clock(Protocol):
    """The current time, always with UTC as its time zone."""

    def now(self) -> datetime: ...


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """Time that stands still until it is moved, and never goes back."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)

    def advance(self, duration: timedelta) -> None:
        self.move_to(self._now + duration)


class Agenda:
    """Actions by due time; those due at the same moment run in the order they were added. Not thread-safe."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Callable[[], None]]] = []
        self._sequence = count()

    def add(self, due: datetime, action: Callable[[], None]) -> None:
        heapq.heappush(self._entries, (due, next(self._sequence), action))

    def next_due(self) -> datetime | None:
        return self._entries[0][0] if self._entries else None

    def take_due(self, now: datetime) -> list[Callable[[], None]]:
        """Remove and return every action due at `now` or before, earliest first."""
        due = []
        while self._entries and self._entries[0][0] <= now:
            due.append(heapq.heappop(self._entries)[2])
        return due

    def clear(self) -> None:
        self._entries.clear()
