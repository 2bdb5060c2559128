"""A row for each fleet, changed by compare-and-swap. Its images are rows of a partition of their own.

They order who is started when. Whether an image is migrated, and whether its source may go, is in its own record alone.
"""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from migration.fleet.fleet import Fleet
from migration.fleet.member import Member
from migration.values.answer import Refusal
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.fleets.documents import document_in, row_of
from records.fleets.members import PARTITION, write_members
from records.table import ChangedMeanwhileError, find, remove, rows_where, write

ATTEMPTS = 20
_LOG = logging.getLogger(__name__)


@dataclass
class HeldFleet:
    """A fleet as this caller last saw it, with the etag that goes with it."""

    fleet: Fleet
    etag: str


async def hold_fleet(fleet_id: str) -> HeldFleet | None:
    """Read a fleet; None where there is none. Raises RecordUnreadableError for one that makes no sense."""
    entity = await find(PARTITION, fleet_id)
    return HeldFleet(_fleet_in(entity), str(entity.metadata["etag"])) if entity is not None else None


async def write_fleet(fleet: Fleet, members: list[Member]) -> None:
    """Write a new fleet, its images first: one that is seen is whole.

    Raises ChangedMeanwhileError where a fleet has this id already.
    """
    await write_members(fleet.id, members)
    await write(row_of(PARTITION, fleet.id, fleet), None)


async def change_fleet(held: HeldFleet, step: Callable[[Fleet], Fleet | Refusal]) -> Fleet | Refusal:
    """Apply a step to the fleet as it is now, and again if somebody else was quicker; returns what stands then."""
    for _ in range(ATTEMPTS):
        result = step(held.fleet)
        if isinstance(result, Refusal) or result == held.fleet:
            return result
        try:
            held.etag = await write(row_of(PARTITION, result.id, result), held.etag)
        except ChangedMeanwhileError:
            found = await hold_fleet(held.fleet.id)
            if found is None:
                return Refusal(code="NoFleet", message="there is no such fleet any more")
            held.fleet, held.etag = found.fleet, found.etag
            continue
        held.fleet = result
        return result
    raise RecordsUnavailableError(f"the fleet {held.fleet.id} is being changed by too many at once")


async def every_fleet() -> AsyncIterator[Fleet]:
    """Go through all fleets, in the order of their ids; one that cannot be read is left out."""
    async for entity in rows_where(f"PartitionKey eq '{PARTITION}'"):
        try:
            yield _fleet_in(entity)
        except RecordUnreadableError as error:
            _LOG.warning("%s", error)


async def forget_fleet(fleet_id: str) -> None:
    """Remove the row of a fleet."""
    await remove(PARTITION, fleet_id)


def _fleet_in(entity: Any) -> Fleet:
    """Read a row; one that tells of another fleet than its own has been put there by hand."""
    row = entity.get("RowKey")
    fleet = document_in(Fleet, entity, f"the fleet {row}")
    if fleet.id != row:
        raise RecordUnreadableError(f"the fleet {row} cannot be read: it is another")
    return fleet
