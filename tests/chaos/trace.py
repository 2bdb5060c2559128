"""What happened in a world, in order: of one seed it is the same, byte by byte."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple


class Event(NamedTuple):
    """One thing that happened: `kind` is its word in the trace, `facts` are JSON."""

    at: datetime
    kind: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%S.%f} {self.kind} {json.dumps(self.facts, sort_keys=True, ensure_ascii=True)}"


class Trace:
    """Events since the beginning; whatever is written down took place."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.events: list[Event] = []

    def note(self, kind: str, **facts: Any) -> None:
        self.events.append(Event(self.now(), kind, facts))

    def of(self, *kinds: str) -> Iterator[Event]:
        return (event for event in self.events if event.kind in kinds)

    def text(self) -> str:
        return "".join(f"{event}\n" for event in self.events)

    def digest(self) -> str:
        return digest_of(self.text())


def digest_of(text: str | bytes) -> str:
    """What stands for a long text in a trace: another text has another."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:16]
