"""One emulated Azure: what exists, what runs, what time it is. Everything a handler may touch hangs on the World."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.wishes.faults import Faults
from dev.emulator.wishes.settings import Settings
from dev.emulator.world.clock import Clock, arm_timestamp
from dev.emulator.world.journal import Document, Journal, Written
from dev.emulator.world.operations import Effect, Operation, Operations
from dev.emulator.world.past import Past
from dev.emulator.world.resources import Resource, ResourceStore

READS_BY_POST = frozenset({"/providers/microsoft.resourcegraph/resources"})
Seed = Callable[["World"], None]
LockRule = Callable[["World", str, str], list[Resource]]
RateLimitRule = Callable[["World", ArmRequest], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A successful write or delete, as Event Grid would learn of it."""

    operation_name: str
    resource_id: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One served ARM request."""

    at: datetime
    method: str
    path: str
    api_version: str | None
    status: int

    @property
    def is_write(self) -> bool:
        writes = self.method in {"PUT", "PATCH", "POST", "DELETE"} and self.path.lower() not in READS_BY_POST
        return writes and 200 <= self.status < 300


class World:
    """State, clock, operations and settings, plus hooks that others fill:

    `listeners` are called with every Announcement, `lock_rule` names the locks in the way of a write,
    `rate_limit_rule` counts a call and gives the headers that say what remains, or refuses it,
    `on_reset` is called when the world returns to its seed.
    A `journal` is kept where somebody has begun one.
    """

    def __init__(self, clock: Clock | None = None, settings: Settings | None = None) -> None:
        self.clock = clock or Clock()
        self._first_settings = settings or Settings()
        self.listeners: list[Callable[[Announcement], None]] = []
        self.on_reset: list[Callable[[], None]] = []
        self.lock_rule: LockRule = lambda _world, _resource_id, _method: []
        self.rate_limit_rule: RateLimitRule = lambda _world, _request: {}
        self.identity_secret = secrets.token_hex(16)
        self._seed: Seed = lambda _world: None
        self._begin()

    def _begin(self) -> None:
        self.settings = self._first_settings
        self.resources = ResourceStore()
        self.operations = Operations()
        self.faults = Faults()
        self.lately_deleted: dict[str, datetime] = {}  # ids that parents still count as nested, until when
        self.past = Past()
        self.queries: dict[str, tuple[datetime, int]] = {}  # by principal: since when, and how many since
        self.journal: Journal | None = None
        self.calls: deque[Call] = deque(maxlen=10_000)
        self.call_count = 0
        self.write_count = 0

    def plant(self, seed: Seed) -> None:
        """Fills the world; the same seed is planted again on every reset."""
        self._seed = seed
        self._sow()

    def reset(self) -> None:
        """Back to the seed. The clock goes on: time never runs backwards."""
        self._begin()
        for hook in self.on_reset:
            hook()
        self._sow()

    def _sow(self) -> None:
        self._seed(self)
        for resource in self.resources:
            self.dated(resource)

    def dated(self, resource: Resource) -> Resource:
        """Give what is planted a date of creation, as everything in Azure has, unless it brings one (null: none)."""
        if "systemData" not in resource.hidden and "systemData" not in resource.other:
            known = self.resources.get(resource.id)
            before = known.hidden.get("systemData") if known else None
            resource.hidden["systemData"] = before or {"createdAt": arm_timestamp(self.clock.now())}
        return resource

    def settle(self) -> None:
        """Ends the operations that are due. The server calls it before every request and when the next is due."""
        for operation in self.operations.settle(self.clock.now()):
            self._remember(operation.due)
        self._remember(self.clock.now())

    def _remember(self, at: datetime) -> None:
        delay = self.settings.resource_graph_delay
        if delay:
            self.past.observe(self.resources, at, delay)
        else:
            self.past = Past()

    def seen(self) -> dict[str, Document | None]:
        """What has changed since the journal's last entry; nothing where none is kept."""
        return self.journal.changed(self.resources, self.clock.now()) if self.journal else {}

    def note(self, entry: Written) -> None:
        if self.journal:
            self.journal.entries.append(entry)

    def start_operation(
        self,
        kind: str,
        resource_id: str,
        effect: Effect,
        *,
        duration: timedelta | None = None,
        source_id: str | None = None,
    ) -> Operation:
        """Starts an operation that takes as long as the settings say for its kind, unless told otherwise."""
        span = self.settings.duration(kind) if duration is None else duration
        return self.operations.start(kind, resource_id, effect, self.clock.now(), span, source_id)

    def announce(
        self, operation_name: str, resource_id: str, subject: str | None = None, at: datetime | None = None
    ) -> None:
        """Tells the listeners of a write or delete that has succeeded, e.g. "Microsoft.Compute/images/write"."""
        news = Announcement(operation_name, resource_id, subject or resource_id, at or self.clock.now())
        for listener in self.listeners:
            listener(news)

    def locks_blocking(self, resource_id: str, method: str) -> list[Resource]:
        return self.lock_rule(self, resource_id, method)

    def record(self, call: Call) -> None:
        self.calls.append(call)
        self.call_count += 1
        self.write_count += call.is_write
