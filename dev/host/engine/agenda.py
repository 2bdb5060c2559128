"""What is to happen later: one heap of moments and actions in place of a thread per timer."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count


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
