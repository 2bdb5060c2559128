"""Whose turn it is to do what one instance of the app does for all: the first to swap the row does it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from migration.values.value import Moment
from records.table import ChangedMeanwhileError, find, write

PARTITION = "turn"
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


async def take(name: str, every: timedelta) -> bool:
    """Tell whether it is time again, and nobody else has taken the turn."""
    now = datetime.now(UTC)
    known = await find(PARTITION, name)
    try:
        if known is None:
            await write({"PartitionKey": PARTITION, "RowKey": name, "at": now.isoformat()}, None)
            return True
        if not _is_over(known.get("at"), now, every):
            return False
        await write({**known, "at": now.isoformat()}, str(known.metadata["etag"]))
        return True
    except ChangedMeanwhileError:
        return False


def _is_over(taken_at: Any, now: datetime, every: timedelta) -> bool:
    """Tell whether a turn is over. One later than now is a clock's that ran ahead; one at no moment holds up nobody."""
    try:
        return abs(now - _MOMENT.validate_python(taken_at)) >= every
    except ValueError:
        return True
