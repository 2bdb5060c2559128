"""Long-running operations: a due time and an effect each, settled when somebody looks. No threads, no HTTP."""

import heapq
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dev.emulator.vocabulary.errors import ArmError

Effect = Callable[[datetime], ArmError | None]


@dataclass(slots=True)
class Operation:
    """`effect(at)` runs once, when due, and returns the error the operation ends with, if any.

    `resource_id` is what it works on, `source_id` what it reads meanwhile (one version at a time per source).
    """

    kind: str
    started: datetime
    due: datetime
    effect: Effect
    resource_id: str
    source_id: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    ended: datetime | None = None
    error: ArmError | None = None

    @property
    def status(self) -> str:
        if self.ended is None:
            return "InProgress"
        return "Failed" if self.error else "Succeeded"


class Operations:
    """All operations ever started since the last reset, and the running ones by due time."""

    def __init__(self) -> None:
        self._by_id: dict[str, Operation] = {}
        self._running: list[tuple[datetime, int, Operation]] = []
        self._count = 0
        self.most_at_once: Counter[str] = Counter()  # by kind: how many ran at one moment

    def start(
        self,
        kind: str,
        resource_id: str,
        effect: Effect,
        now: datetime,
        duration: timedelta,
        source_id: str | None = None,
    ) -> Operation:
        operation = Operation(kind, now, now + duration, effect, resource_id, source_id)
        self._by_id[operation.id] = operation
        self._count += 1
        heapq.heappush(self._running, (operation.due, self._count, operation))
        at_once = sum(one.kind == kind and one.due > now for one in self.running())
        self.most_at_once[kind] = max(at_once, self.most_at_once[kind])
        return operation

    def get(self, operation_id: str) -> Operation | None:
        return self._by_id.get(operation_id.lower())

    def running(self) -> Iterator[Operation]:
        return (operation for _, _, operation in self._running)

    def next_due(self) -> datetime | None:
        return self._running[0][0] if self._running else None

    def settle(self, now: datetime) -> Iterator[Operation]:
        """Ends everything due by `now`, in the order it was due, each at its own due time, as the caller takes them."""
        while self._running and self._running[0][0] <= now:
            due, _, operation = heapq.heappop(self._running)
            operation.error = operation.effect(due)
            operation.ended = due
            yield operation
