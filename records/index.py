"""The list of migrations: one row an image, by which lists are paged and filtered without asking the task hub.

Rows are for reading. They are written after the fact, allow nothing, and stand in the order in which images came,
the latest first; a row never moves, so that pages neither lose nor repeat one.
"""

import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from azure.core.exceptions import ResourceNotFoundError
from pydantic import ValidationError

from migration.approval.image_record import ImageRecord
from migration.course.state import Status
from migration.values.ids import MANAGED_IMAGE, ResourceId
from migration.values.outcome import Phase
from records.table import ChangedMeanwhileError, answers, table

PARTITION = "list"
LIVE = "live eq true"
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
_LOG = logging.getLogger(__name__)


class Row(NamedTuple):
    """A migration as it was when it last changed its phase. `live` until it is known to have ended."""

    id: str
    status: Status
    updated_at: datetime
    live: bool


class Page(NamedTuple):
    """Some rows, where the next page begins (None: nowhere), and how many rows could not be read."""

    rows: list[Row]
    next: str | None
    unreadable: int


async def note(record: ImageRecord, status: Status, at: datetime) -> None:
    """Write the row of an image."""
    client = await table()
    async with answers():
        await client.upsert_entity(_entity(record, status, at), mode="replace")


async def announce(record: ImageRecord, status: Status, at: datetime) -> None:
    """Have the image in the list before its migration is started: as a new row, or as one that lives again."""
    client = await table()
    try:
        async with answers():
            await client.create_entity(_entity(record, status, at))
    except ChangedMeanwhileError:
        lives = {"PartitionKey": PARTITION, "RowKey": _key(record), "live": True}
        async with answers():
            await client.upsert_entity(lives, mode="merge")


def _entity(record: ImageRecord, status: Status, at: datetime) -> dict[str, Any]:
    source = ResourceId.parse(record.source_image_id, MANAGED_IMAGE)
    return {
        "PartitionKey": PARTITION,
        "RowKey": _key(record),
        "id": record.migration_id,
        "name": source.name.lower(),
        "subscription": source.subscription.lower(),
        "phase": status.phase.value,
        "outcome": status.outcome.kind.value if status.outcome else "",
        "live": status.phase is not Phase.DONE,
        "updatedAt": at.isoformat(),
        "status": json.dumps(status.dump()),
    }


async def page(top: int, begin: str | None = None, filters: str = "") -> Page:
    """Return a page. `begin` is where an earlier page ended; `filters` narrows by columns, in the service's words."""
    wanted = f"PartitionKey eq '{PARTITION}'" + (f" and ({filters})" if filters else "")
    parameters = {}
    if begin is not None:
        wanted += " and RowKey gt @begin"
        parameters["begin"] = begin
    client = await table()
    found: list[Any] = []
    async with answers():
        async for entity in client.query_entities(wanted, parameters=parameters, results_per_page=min(top + 1, 1000)):
            found.append(entity)
            if len(found) > top:
                break
    shown = found[:top]
    rows = [row for row in map(_row, shown) if row is not None]
    return Page(rows, shown[-1]["RowKey"] if len(found) > top else None, len(shown) - len(rows))


async def every(filters: str = "") -> AsyncIterator[Row]:
    """Go through all rows."""
    begin: str | None = None
    while True:
        some = await page(1000, begin, filters)
        for row in some.rows:
            yield row
        if some.next is None:
            return
        begin = some.next


async def forget(record: ImageRecord) -> None:
    """Remove the row of an image."""
    client = await table()
    async with answers():
        try:
            await client.delete_entity(PARTITION, _key(record))
        except ResourceNotFoundError:
            return


def _key(record: ImageRecord) -> str:
    """Return a key that sorts the latest image first: what is left, in milliseconds, until the end of time."""
    left = (_END_OF_TIME - record.created_at) // timedelta(milliseconds=1)
    return f"{left:015d}-{record.migration_id}"


def _row(entity: dict[str, Any]) -> Row | None:
    try:
        status = Status.model_validate_json(entity["status"])
        return Row(entity["id"], status, datetime.fromisoformat(entity["updatedAt"]), bool(entity["live"]))
    except (KeyError, ValueError, ValidationError) as error:
        _LOG.warning("a row of the list cannot be read: %s (%s)", entity.get("RowKey"), type(error).__name__)
        return None
