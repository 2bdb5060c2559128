"""Who holds a place among the versions being made: one row, changed by compare-and-swap alone.

Where there is none, it is made of what the list says is being made: the release before kept none, and somebody may
have deleted it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from migration.course.places import Holder, Places
from migration.values.outcome import Phase
from records.chunks import as_json, joined, split
from records.errors import RecordUnreadableError
from records.index import Filter, every
from records.table import ChangedMeanwhileError, find, write

PARTITION = "places"
ROW = "held"


@dataclass
class HeldPlaces:
    """The places as they were last seen, with the etag that goes with them (None: there is no row yet)."""

    places: Places
    etag: str | None


async def read_places() -> HeldPlaces:
    """Return who holds a place; raises RecordUnreadableError for what makes no sense."""
    entity = await find(PARTITION, ROW)
    if entity is None:
        return HeldPlaces(Places(holders=await _being_made()), None)
    try:
        return HeldPlaces(Places.model_validate_json(joined(entity)), str(entity.metadata["etag"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RecordUnreadableError(f"the row {PARTITION} {ROW} cannot be read: {type(error).__name__}") from error


async def _being_made() -> list[Holder]:
    now = datetime.now(UTC)
    wanted = Filter(live=True, phase=Phase.REPLICATING.value)
    return [Holder(migration_id=row.id, run=row.status.run, since=now) async for row in every(wanted)]


async def swap_places(known: HeldPlaces, to: Places) -> bool:
    """Write over what was seen; tells whether nobody else has written since. What was seen is up to date then."""
    entity: dict[str, Any] = {
        "PartitionKey": PARTITION,
        "RowKey": ROW,
        "format": to.format,
        **split(as_json(to.dump())),
    }
    try:
        known.etag = await write(entity, known.etag)
    except ChangedMeanwhileError:
        return False
    known.places = to
    return True
