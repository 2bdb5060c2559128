"""Whose turn it is to do what one instance of the app does for all: the first to swap the row does it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from pydantic import TypeAdapter

from migration.values.value import Moment
from records.table import ChangedMeanwhileError, table, table_errors

PARTITION = "turn"
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


async def take(name: str, every: timedelta) -> bool:
    """Tell whether it is time again, and nobody else has taken the turn."""
    now = datetime.now(UTC)
    key = {"PartitionKey": PARTITION, "RowKey": name}
    client = await table()
    try:
        async with table_errors():
            try:
                known = await client.get_entity(PARTITION, name)
            except ResourceNotFoundError:
                await client.create_entity(key | {"at": now.isoformat()})
                return True
            if not _is_over(known.get("at"), now, every):
                return False
            changed = {**known, "at": now.isoformat()}
            etag = str(known.metadata["etag"])
            await client.update_entity(
                changed, mode="replace", etag=etag, match_condition=MatchConditions.IfNotModified
            )
            return True
    except ChangedMeanwhileError:
        return False


def _is_over(taken_at: Any, now: datetime, every: timedelta) -> bool:
    """Tell whether a turn is over. One later than now is a clock's that ran ahead; one at no moment holds up nobody."""
    try:
        return abs(now - _MOMENT.validate_python(taken_at)) >= every
    except ValueError:
        return True
