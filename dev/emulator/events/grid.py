"""The Event Grid of one world: its event subscriptions, the events so far, and their way to the endpoints."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import aiohttp
from aiohttp import web

from dev.emulator.events.delivery import ANSWER_TIMEOUT_SECONDS, Delivery, Outbox, Record
from dev.emulator.events.event import event_of
from dev.emulator.events.handshake import obtain_consent
from dev.emulator.events.requesters import Requesters
from dev.emulator.events.subscriptions import EventSubscription
from dev.emulator.world import Announcement, World

_MOST_RECORDS = 10_000


class EventGrid:
    """Listens to the world's announcements from its creation on; delivers while `run` runs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._session: aiohttp.ClientSession | None = None
        self.requesters = Requesters()
        self.outbox = Outbox(world.clock)
        self.subscriptions: dict[str, EventSubscription] = {}
        self.records: deque[Record] = deque(maxlen=_MOST_RECORDS)
        self._published = 0
        world.listeners.append(self.publish)
        world.on_reset.append(self._forget)

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """For `cleanup_ctx`: delivers while the server runs."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as self._session:
            running = asyncio.create_task(self.outbox.run(self._session))
            yield
            self.outbox.clear()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    def publish(self, news: Announcement) -> None:
        record = Record(event_of(news, self.requesters.of(news)))
        self.records.append(record)
        self._send(record, self._world.settings.event_copies, self._delay())

    async def subscribe(self, subscription: EventSubscription) -> None:
        """Adds or replaces it once the endpoint has consented; raises HandshakeRefusedError."""
        assert self._session is not None, "subscriptions are made while the server runs"
        now = self._world.clock.now()
        await obtain_consent(self._session, subscription, self._topic(), now)
        self.subscriptions[subscription.name] = subscription

    def redeliver(self, event_id: str, times: int) -> bool:
        """Sends an event again to every subscription; False if there is no such event."""
        for record in self.records:
            if record.event.id == event_id:
                self._send(record, times)
                return True
        return False

    def _delay(self) -> timedelta:
        """Successive events take the delays of the settings in turn, so they may arrive in another order."""
        delays = self._world.settings.event_delays_seconds
        self._published += 1
        return timedelta(seconds=delays[(self._published - 1) % len(delays)])

    def _send(self, record: Record, times: int, delay: timedelta = timedelta(0)) -> None:
        now = self._world.clock.now()
        for subscription in self.subscriptions.values():
            if not subscription.wants(record.event):
                continue
            record.recipients.add(subscription.name)
            for _ in range(times):
                self.outbox.add(Delivery(record, subscription, published=now), due=now + delay)

    def _topic(self) -> str:
        subscriptions = self._world.resources.page("Microsoft.Resources/subscriptions", "")
        return subscriptions[0].id if subscriptions else ""

    def _forget(self) -> None:
        self.subscriptions.clear()
        self.records.clear()
        self._published = 0
        self.outbox.clear()
