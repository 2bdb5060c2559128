"""What is found against the promise, in fewer words than the rules': by names, of which a few are enough."""

from collections.abc import Iterable

from migration.promise.evidence import Consumer, Evidence, counted
from migration.promise.users import came_from as said_of_machines

MOST_NAMED = 5


def in_use(evidence: Evidence) -> str:
    """Say who needs the source."""
    if len(evidence.consumers) > MOST_NAMED:
        return f"In use by {counted(evidence.consumers)}"
    return f"In use by {_several(f'{one.words} {_name(one)}' for one in evidence.consumers)}"


def came_from(evidence: Evidence) -> str:
    """Say which machines came from the source."""
    return f"{said_of_machines(evidence.machines)}: {_several(map(_name, evidence.machines))}"


def locked(evidence: Evidence) -> str:
    """Say what locks the source."""
    return f"Locked by {_several(f'{lock.name} ({lock.level})' for lock in evidence.locks)}"


def _name(consumer: Consumer) -> str:
    return consumer.id.rpartition("/")[2]


def _several(names: Iterable[str]) -> str:
    every = sorted(names)
    more = [f"{len(every) - MOST_NAMED} more"] if len(every) > MOST_NAMED else []
    return ", ".join(every[:MOST_NAMED] + more)
