"""The list of migrations: one row an image, by which lists are paged and filtered without asking the task hub.

Rows are for reading. They are written after the fact, allow nothing, and stand in the order in which images came,
the latest first; a row never moves, so that pages neither lose nor repeat one.
"""

import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from migration.record.image_record import ImageRecord
from migration.record.run import Run
from migration.telling.status import Status
from migration.values.ids import MANAGED_IMAGE, ResourceId
from migration.values.value import EARLIER_FORMAT, FORMAT, Moment
from records.chunks import read_json
from records.earlier import earlier_status
from records.table import put, remove, table, table_errors

PARTITION = "list"
MOST_READ = 5_000
_LARGEST = 1_000
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_LOG = logging.getLogger(__name__)


class Row(NamedTuple):
    """A migration as it was when it last changed. `live` until all of its end is written down; `place` is where it
    stands."""

    id: str
    status: Status
    updated_at: datetime
    live: bool
    place: str


class Page(NamedTuple):
    """Some rows, where the next page begins (None: nowhere), and how many rows could not be read."""

    rows: list[Row]
    next: str | None
    unreadable: int


def row_key(record: ImageRecord) -> str:
    """Return a key that sorts the latest image first: what is left, in milliseconds, until the end of time."""
    left = (_END_OF_TIME - record.created_at) // timedelta(milliseconds=1)
    return f"{left:015d}-{record.migration_id}"


async def note(record: ImageRecord, run: Run) -> None:
    """Write the row of an image: what its latest run is."""
    await put(_entity(record, Status.of(record, run)))


def _entity(record: ImageRecord, status: Status) -> dict[str, Any]:
    source = ResourceId.parse(record.source_image_id, MANAGED_IMAGE)
    return {
        "PartitionKey": PARTITION,
        "RowKey": row_key(record),
        "format": FORMAT,
        "id": record.migration_id,
        "source": record.source_image_id.lower(),
        "subscription": source.subscription.lower(),
        "phase": status.phase.value,
        "fleet": status.fleet or "",
        "outcome": status.outcome.kind.value if status.outcome else "",
        "live": not status.over,
        "updatedAt": record.updated_at.isoformat(),
        "status": json.dumps(status.shortened().dump()),
    }


type AnyOf = str | tuple[str, ...]


class Filter(NamedTuple):
    """Which rows are wanted: of several values any, of none all.

    `subscription` and `text`, which stands somewhere in the source's id, are in lower case.
    """

    phase: AnyOf = ()
    outcome: AnyOf = ()
    subscription: AnyOf = ()
    fleet: AnyOf = ()
    text: AnyOf = ()
    live: bool | None = None
    id: str | None = None

    def is_named(self, source: str) -> bool:
        """Tell whether a source's id holds one of the texts."""
        return not self.text or any(text in source for text in _several_values(self.text))


def _several_values(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


async def page(top: int, begin: str | None = None, wanted: Filter = Filter()) -> Page:  # noqa: B008 - a tuple
    """Return a page. `begin` is where an earlier page ended.

    The service knows no "contains": for a text it is read on, up to MOST_READ rows, and the page may come out shorter.
    """
    rows: list[Row] = []
    unreadable = read = 0
    size = _LARGEST if wanted.text else min(top + 1, _LARGEST)
    async for entity in _entities(begin, wanted, size):
        if len(rows) == top or read == MOST_READ:
            return Page(rows, begin, unreadable)
        read, begin = read + 1, entity["RowKey"]
        if wanted.is_named(f"{entity.get('source', '')}"):
            row = _row(entity)
            rows += [row] if row else []
            unreadable += row is None
    return Page(rows, None, unreadable)


async def tally(wanted: Filter) -> Counter[tuple[str, str]]:
    """Count rows by phase and outcome, without reading what they say: a call for each thousand."""
    columns = ["phase", "outcome"]
    found = _entities(None, wanted, _LARGEST, columns)
    return Counter([(str(entity.get("phase")), str(entity.get("outcome"))) async for entity in found])


async def _entities(
    begin: str | None, wanted: Filter, size: int, columns: list[str] | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Go through the rows that the service itself can tell, in their order; of some columns where they are named."""
    conditions = [f"PartitionKey eq '{PARTITION}'"]
    parameters: dict[str, Any] = {}
    for column, value in wanted._replace(text=())._asdict().items():
        named = {f"{column}{number}": one for number, one in enumerate(_several_values(value))}
        any_of = " or ".join(f"{column} eq @{name}" for name in named)
        conditions += [f"( {any_of} )" if len(named) > 1 else any_of] if named else []
        parameters |= named
    if begin is not None:
        conditions, parameters = [*conditions, "RowKey gt @begin"], parameters | {"begin": begin}
    client = await table()
    async with table_errors():
        found = client.query_entities(
            " and ".join(conditions), parameters=parameters, select=columns, results_per_page=size
        )
        async for entity in found:
            yield dict(entity)


async def every(wanted: Filter = Filter()) -> AsyncIterator[Row]:  # noqa: B008 - a tuple
    """Go through all rows."""
    async for entity in _entities(None, wanted, _LARGEST):
        row = _row(entity)
        if row is not None:
            yield row


async def forget(row: Row) -> None:
    """Remove a row."""
    await remove(PARTITION, row.place)


def _row(entity: dict[str, Any]) -> Row | None:
    """Return a row; one of the format before tells of migrations that this release does not go on with."""
    try:
        document = read_json(entity["status"])
        is_own = int(entity.get("format", EARLIER_FORMAT)) != EARLIER_FORMAT
        status = Status.model_validate(document) if is_own else earlier_status(document, entity["updatedAt"])
        updated_at = _MOMENT.validate_python(entity["updatedAt"])
        place = entity["RowKey"]
        return Row(place.partition("-")[2], status, updated_at, is_own and bool(entity["live"]), place)
    except (KeyError, TypeError, ValueError) as error:
        _LOG.warning("a row of the list cannot be read: %s (%s)", entity.get("RowKey"), type(error).__name__)
        return None
