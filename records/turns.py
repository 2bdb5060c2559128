"""Whose turn it is to do what one instance of the app does for all: the first to swap the row does it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from migration.values.value import Moment
from records.table import ChangedMeanwhileError, find, write

PARTITION = "turn"
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


async def is_time(name: str, every: timedelta) -> bool:
    """Tell whether it is time again, without taking the turn: for what does no harm if it is done twice."""
    known = await find(PARTITION, name)
    return known is None or _is_over(known.get("at"), datetime.now(UTC), every)


async def take(name: str, every: timedelta) -> bool:
    """Tell whether it is time again, and nobody else has taken the turn."""
    now = datetime.now(UTC)
    known = await find(PARTITION, name)
    if known is not None and not _is_over(known.get("at"), now, every):
        return False
    etag = str(known.metadata["etag"]) if known is not None else None
    try:
        await write({**(known or {}), "PartitionKey": PARTITION, "RowKey": name, "at": now.isoformat()}, etag)
    except ChangedMeanwhileError:
        return False
    return True


def _is_over(taken_at: Any, now: datetime, every: timedelta) -> bool:
    """Tell whether a turn is over. One later than now is a clock's that ran ahead; one at no moment holds up nobody."""
    try:
        return abs(now - _MOMENT.validate_python(taken_at)) >= every
    except ValueError:
        return True
