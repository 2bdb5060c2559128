"""Event Grid of a world: what Azure announces of images comes to the app, in order unless something happens.

It delivers at least once: what the app did not take comes again, with pauses, for a day.
"""

import asyncio
import heapq
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.chaos.trace import Trace
from tests.chaos.world.app import App
from tests.chaos.world.clock import WorldClock

PAUSES = (10, 30, 60, 300, 600, 1800, 3600)  # seconds; then every hour, as documented, without its jitter
_GIVES_UP_AFTER = 24
_USUAL = timedelta(seconds=2)


class Events:
    """`to_drop`, `to_repeat` and `to_delay` are how many of the next events never come, come twice, or come late."""

    def __init__(self, clock: WorldClock, trace: Trace, app: App) -> None:
        self._clock, self._trace, self._app = clock, trace, app
        self._waiting: list[tuple[datetime, int, int, dict[str, Any]]] = []
        self._order = count()
        self._news = asyncio.Event()
        self.past: list[dict[str, Any]] = []
        self.to_drop = self.to_repeat = self.to_delay = 0
        self.delay = timedelta(0)

    def add(self, event: dict[str, Any]) -> None:
        """Take an event that Azure announces."""
        self.past.append(event)
        if self.to_drop:
            self.to_drop -= 1
            self._trace.note("event dropped", subject=event["subject"])
            return
        late = self.delay if self.to_delay else timedelta(0)
        self.to_delay -= bool(self.to_delay)
        self.deliver_after(_USUAL + late, event)
        if self.to_repeat:
            self.to_repeat -= 1
            self.deliver_after(_USUAL + late, event)

    def deliver_after(self, span: timedelta, event: dict[str, Any], attempt: int = 0) -> None:
        heapq.heappush(self._waiting, (self._clock.now() + span, next(self._order), attempt, event))
        self._news.set()

    @property
    def is_idle(self) -> bool:
        return not self._waiting

    async def deliver(self) -> None:
        """Deliver what is due, without end; what is slow holds up nobody else."""
        under_way: list[asyncio.Task[None]] = []
        while True:
            self._news.clear()
            while self._waiting and self._waiting[0][0] <= self._clock.now():
                _, _, attempt, event = heapq.heappop(self._waiting)
                under_way = [task for task in under_way if not task.done()]
                under_way.append(asyncio.create_task(self._try(event, attempt)))
            left = (self._waiting[0][0] - self._clock.now()).total_seconds() if self._waiting else None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)

    async def _try(self, event: dict[str, Any], attempt: int) -> None:
        self._trace.note("event", subject=event["subject"], id=event["id"], attempt=attempt)
        if await self._app.event(event) or attempt >= _GIVES_UP_AFTER:
            return
        pause = PAUSES[min(attempt, len(PAUSES) - 1)]
        self.deliver_after(timedelta(seconds=pause), event, attempt + 1)
