"""Whose turn it is to do what one instance of the app does for all: the first to swap the row does it."""

from datetime import UTC, datetime, timedelta

from records.table import ChangedMeanwhileError, find, table_errors, write

PARTITION = "turn"


async def take(name: str, every: timedelta) -> bool:
    """Tell whether it is time again, and nobody else has taken the turn."""
    now = datetime.now(UTC)
    known = await find(PARTITION, name)
    try:
        async with table_errors():
            if known is None:
                await write({"PartitionKey": PARTITION, "RowKey": name, "at": now.isoformat()}, None)
                return True
            if abs(now - datetime.fromisoformat(known["at"])) < every:  # later than now: a clock ran ahead
                return False
            await write({**known, "at": now.isoformat()}, str(known.metadata["etag"]))
            return True
    except ChangedMeanwhileError:
        return False
