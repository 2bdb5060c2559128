"""A journal of writes, kept only where somebody asks for it: who wrote what, and what existed as the write came in."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dev.emulator.world.resources import Resource, ResourceStore

Document = dict[str, Any]
Show = Callable[[Resource, datetime], Document]


@dataclass(frozen=True, slots=True)
class Written:
    """One write, accepted or refused.

    `changed` is how the world differed, as it came in, from the entry before: ids in lower case, None of what was gone.
    Of the first entry, it is all that existed. `noted` is when, by the clock of this machine.
    """

    at: datetime
    client: str
    method: str
    path: str
    body: Document | None
    status: int
    changed: dict[str, Document | None]
    noted: datetime = field(default_factory=lambda: datetime.now(UTC))


class Journal:
    """Entries in their order, each with what changed since the one before. `show` is a resource as it is noted."""

    def __init__(self, show: Show) -> None:
        self.entries: list[Written] = []
        self._show = show
        self._known: dict[str, Document] = {}

    def changed(self, resources: ResourceStore, now: datetime) -> dict[str, Document | None]:
        """Return what differs from what was seen last, which is seen with that."""
        shown = {resource.id.lower(): self._show(resource, now) for resource in resources}
        differing = {key: document for key, document in shown.items() if self._known.get(key) != document}
        gone: dict[str, Document | None] = dict.fromkeys(key for key in self._known if key not in shown)
        kept = {key: deepcopy(document) for key, document in differing.items()}
        for key in gone:
            del self._known[key]
        self._known |= kept
        return gone | kept
