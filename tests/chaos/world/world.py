"""A world: the app's own code on its emulated Azure, its hub, its mail and its people, in one thread and one loop."""

import asyncio
import json
import random
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from azure.core.credentials import AccessToken, AccessTokenInfo

from arm.transport import client, cloud
from dev.app_events import APP_IDENTITY
from dev.emulator.seed import SUBSCRIPTION_ID
from dev.emulator.storage import ACCOUNT_PATH
from dev.emulator.vocabulary.tokens import unsigned_token
from migration import names
from migration.asking.reading import settings
from orchestrators.migrate_image import migrate_image
from orchestrators.tell_people import tell_people
from tests.chaos.trace import Trace
from tests.chaos.world.app import PUBLIC, App
from tests.chaos.world.azure import EmulatedAzure, app_claims
from tests.chaos.world.client import HubClient
from tests.chaos.world.clock import WorldClock, WorldLoop
from tests.chaos.world.events import Events
from tests.chaos.world.hub import Hub
from tests.chaos.world.moments import Moments, When
from tests.chaos.world.people import People
from tests.chaos.world.post import Post
from tests.chaos.world.seeded import complete_process, take_from_seed
from tests.chaos.world.wire import ARM, STORAGE, Wire
from tests.chaos.world.workers import Workers
from tests.support.azure_here import forget_tables, remember_nothing, take_settings_away
from tests.support.documents import GALLERY_ID

PASSING = {  # what a function raises for the platform to try again
    *("RecordsUnavailableError", "RecordUnreadableError", "RecordTooNewError", "SettingsInvalidError"),
    *("ArmThrottledError", "ArmUnavailableError", "ArmRefusedError", "ArmNotFoundError", "HubUnavailableError"),
    *("UsersNotVisibleError", "ChangedMeanwhileError"),
}
HOUSE = timedelta(minutes=5)  # how often the app's clock looks after it
ENDED = {"COMPLETED", "FAILED", "TERMINATED"}
LONG = timedelta(hours=1)  # while nobody does anything for longer, the clock is looked at less often
SELDOM = timedelta(hours=6)
TOLD = {
    "ARM_ENDPOINT": ARM,
    "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION_ID,
    **APP_IDENTITY,
    "MIGRATION_RECORDS": f"{STORAGE}{ACCOUNT_PATH}",
    "MIGRATION_GALLERY": GALLERY_ID,
    "MIGRATION_PUBLIC_URL": PUBLIC,
    "MIGRATION_NOTIFY": "ada@contoso.com=json://mail.example.net/ada json://mail.example.net/team",
    "MIGRATION_ESCALATE": "json://mail.example.net/boss",
}


class ChaosWorld:
    """Everything that a happening may touch. Time passes in `passes` and `await_` alone."""

    def __init__(self, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.numbers = random.Random(f"{seed} of the world")
        self.clock = WorldClock()
        self.loop = WorldLoop(self.clock)
        self.trace = Trace(self.clock.now)
        self._patch = patch
        self._nature_changed = asyncio.Event()
        self._tasks: list[asyncio.Task[Any]] = []
        take_from_seed(patch, random.Random(f"{seed} of ids"), self.clock.now)
        self.azure = EmulatedAzure(self.clock, self.trace)
        self.workers = Workers(self.trace, self._forget_process)
        self.hub = Hub(self.clock, self.trace, self.workers, self.numbers)
        self.client = HubClient(self.hub, self.trace, self.numbers)
        self.app = App(self.workers, self.client, self.trace)
        self.events = Events(self.clock, self.trace, self.app)
        self.post = Post(self.trace, self.numbers)
        self.people = People(self.clock, self.trace, self.app, self.post, self.hub)
        self.moments = Moments()
        self.records_lost = False
        self._join(patch)

    def _join(self, patch: pytest.MonkeyPatch) -> None:
        self.azure.told = self.events.add
        take_settings_away(patch)
        for name, value in TOLD.items():
            patch.setenv(name, value)
        cloud.go_by(settings)
        remember_nothing(patch)
        client.pipeline.cache_clear()
        forget_tables()
        patch.setattr(client, "credential", _Credential)
        self.wire = Wire(self.numbers, self.workers, self.moments, self.azure.serve, self.azure.take_fault)
        self.wire.connect(patch)
        self.post.open(patch)
        self.hub.orchestrators = {names.MIGRATE_IMAGE: migrate_image, names.TELL_PEOPLE: tell_people}
        self.hub.activities = self.app.activities()
        self.azure.changed = self._nature_changed.set
        for begun in (self.hub.work(), self._nature(), self.events.deliver()):
            self.go(begun)

    def _forget_process(self) -> None:
        """A worker that begins has read nothing yet."""
        remember_nothing(self._patch)
        client.pipeline.cache_clear()
        forget_tables()

    def configure(self, **values: str | None) -> None:
        """Change settings of the app, which then begins anew; None takes one away."""
        self.trace.note("settings", **values)
        for name, value in values.items():
            if value is None:
                self._patch.delenv(f"MIGRATION_{name.upper()}", raising=False)
            else:
                self._patch.setenv(f"MIGRATION_{name.upper()}", value)
        settings.cache_clear()
        self._forget_process()

    def bugs(self) -> list[str]:
        """What nobody may raise, whatever happens: here, in a function that is asked over HTTP, in an orchestration."""
        of_app = [
            f"{event.facts['by']} raised {event.facts['error']}: {event.facts['message']}"
            for event in self.trace.of("raised")
            if event.facts["by"] == "http" or event.facts["error"] not in PASSING
        ]
        failed = [event.facts for event in self.trace.of("activity failed")]
        of_steps = [f"{one['name']}: {one['error']}" for one in failed if one["error"].partition(":")[0] not in PASSING]
        of_hub = [f"{name} failed" for name, status in self.hub.instances().items() if status == "FAILED"]
        return [*self.wire.bugs, *map(str, self.loop.problems), *of_app, *of_steps, *of_hub]

    def texts(self) -> list[str]:
        """Every text that left the app, but for its messages."""
        tags = [json.dumps(resource.tags or {}) for resource in self.azure.world.resources]
        return [*self.hub.left, *self.app.left, *tags]

    def start_by_hand(self, instance_id: str, payload: Any) -> None:
        """Start an orchestration as somebody with the hub's key may; one that is live stays."""
        self.trace.note("start by hand", instance=instance_id)
        if self.hub.instances().get(instance_id, "COMPLETED") in ENDED:
            self.hub.start(names.MIGRATE_IMAGE, payload, instance_id)

    def dies_of(self, when: When, method: str = "*", path: str = "", calls: int = 1) -> None:
        """Have the worker die of one of its next calls, before that takes effect or after."""

        def die() -> None:
            self.trace.note("dies of", when=when, method=method, path=path)
            self.workers.die()

        self.moments.wait_for(when, method, path, calls, die)

    # Time

    def go(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin something that goes on while time passes."""
        self._tasks.append(self.loop.create_task(work))

    def await_[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        """Let time pass until something is done."""
        return self.loop.run_until_complete(work)

    def passes(self, span: timedelta, *, house: bool = True) -> None:
        """Let time pass, in which everybody does what there is to do; the app's clock ticks unless `house` says no."""
        self.await_(self._pass(span, house=house))

    async def _pass(self, span: timedelta, *, house: bool) -> None:
        end = self.clock.now() + span
        every = HOUSE if span <= LONG else SELDOM
        while (left := end - self.clock.now()) > timedelta(0):
            await asyncio.sleep(min(every, left).total_seconds())
            if house and left >= every:
                await self.app.tick()

    async def _nature(self) -> None:
        """What Azure has taken up ends at its time, also while nobody looks."""
        world = self.azure.world
        while True:
            self._nature_changed.clear()
            world.settle()
            due = world.operations.next_due()
            left = max(0.0, (due - self.clock.now()).total_seconds()) if due else None
            try:
                await asyncio.wait_for(self._nature_changed.wait(), left)
            except TimeoutError:
                continue

    def end(self) -> None:
        """Nobody does anything any more."""
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()


class _Credential:
    """Everybody believes it."""

    async def get_token_info(self, *scopes: str, **_how: Any) -> AccessTokenInfo:
        return AccessTokenInfo(self._token(scopes[0]), _far_ahead())

    async def get_token(self, *scopes: str, **_how: Any) -> AccessToken:
        return AccessToken(self._token(scopes[0]), _far_ahead())

    @staticmethod
    def _token(scope: str) -> str:
        return unsigned_token(app_claims(scope.removesuffix("/.default")))

    async def close(self) -> None:
        pass


def _far_ahead() -> int:
    return int(time.time()) + 10**8


@contextmanager
def a_world(seed: int) -> Iterator[ChaosWorld]:
    """A world, and the process as it was once it is over."""
    complete_process()
    with pytest.MonkeyPatch.context() as patch:
        world = ChaosWorld(seed, patch)
        try:
            yield world
        finally:
            world.end()
    settings.cache_clear()
    client.pipeline.cache_clear()
    forget_tables()
