"""The outbox: sends what is due, tries again what failed, remembers every attempt. Runs on the server's event loop.

An entry waits for its due time on the emulator's clock, so delays and other orders are a matter of due times.
"""

import asyncio
import heapq
import itertools
import math
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from dev.emulator.events.event import Event
from dev.emulator.events.retry import DELIVERED, DeadLetter, after_failure
from dev.emulator.events.subscriptions import EventSubscription, notification
from dev.emulator.world.clock import Clock

ANSWER_TIMEOUT_SECONDS = 30


@dataclass(slots=True)
class Record:
    """An event and what became of it: the names of subscriptions that wanted it, and one entry per attempt."""

    event: Event
    recipients: set[str] = field(default_factory=set)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    dead_letters: list[dict[str, Any]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        return {
            "event": self.event.event_grid_schema(),
            "recipients": sorted(self.recipients),
            "deliveries": self.deliveries,
            "deadLetters": self.dead_letters,
        }


@dataclass(slots=True)
class Delivery:
    """One event on its way to one subscription."""

    record: Record
    subscription: EventSubscription
    published: datetime
    attempts: int = 0


class Outbox:
    """Deliveries by due time; sending is concurrent, so a slow endpoint holds up nobody else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: list[tuple[datetime, int, Delivery]] = []
        self._order = itertools.count()
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def add(self, delivery: Delivery, due: datetime) -> None:
        heapq.heappush(self._waiting, (due, next(self._order), delivery))
        self._wake.set()

    def wake(self) -> None:
        """To be called when time may have moved."""
        self._wake.set()

    def clear(self) -> None:
        """Forgets what waits and what is under way."""
        self._waiting.clear()
        for task in self._sending:
            task.cancel()

    async def run(self, session: aiohttp.ClientSession) -> None:
        while True:
            self._wake.clear()
            self._send_due(session)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._real_seconds_to_next())

    def _send_due(self, session: aiohttp.ClientSession) -> None:
        while self._waiting and self._waiting[0][0] <= self._clock.now():
            _, _, delivery = heapq.heappop(self._waiting)
            task = asyncio.create_task(self._attempt(session, delivery))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _real_seconds_to_next(self) -> float | None:
        if not self._waiting:
            return None
        seconds = self._clock.real_seconds_until(self._waiting[0][0])
        return None if math.isinf(seconds) else seconds

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        delivery.attempts += 1
        started = self._clock.now()
        status, error = await _post(session, delivery)
        entry = {"endpoint": delivery.subscription.endpoint, "status": status, "at": started.isoformat()}
        delivery.record.deliveries.append(entry | ({"error": error} if error else {}))
        if status not in DELIVERED:
            self._follow_failure(delivery, status)

    def _follow_failure(self, delivery: Delivery, status: int | None) -> None:
        now = self._clock.now()
        match after_failure(status, delivery.attempts, delivery.published, now):
            case DeadLetter(reason):
                delivery.record.dead_letters.append(
                    {
                        "endpoint": delivery.subscription.endpoint,
                        "deadLetterReason": reason,
                        "deliveryAttempts": delivery.attempts,
                        "lastDeliveryOutcome": status,
                        "at": now.isoformat(),
                    }
                )
            case due:
                self.add(delivery, due)


async def _post(session: aiohttp.ClientSession, delivery: Delivery) -> tuple[int | None, str | None]:
    """The answer's status, or None and what went wrong."""
    message = notification(delivery.record.event, delivery.subscription, delivery.attempts)
    try:
        async with session.post(delivery.subscription.url, data=message.body, headers=message.headers) as answer:
            return answer.status, None
    except (aiohttp.ClientError, TimeoutError) as problem:
        return None, f"{type(problem).__name__} {problem}".rstrip()
