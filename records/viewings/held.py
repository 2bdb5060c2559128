"""Who may look at the pages without signing in, until when: a row for each viewing. Nothing is decided by one.

A row holds digests alone: neither the link nor the browser that opened it can be had back from it.
"""

import json
from typing import Any

from pydantic import ValidationError

from migration.values.value import FORMAT, Moment, Stored
from records.table import find, remove, rows_where, write

PARTITION = "viewing"


class Viewing(Stored):
    """Leave to look. `id` is the digest of its link's token, `browser` that of what the browser that opened it says;
    empty as long as nobody has.
    """

    id: str
    by: str
    made_at: Moment
    until: Moment
    browser: str = ""


async def find_viewing(viewing_id: str) -> tuple[Viewing, str] | None:
    """Return a viewing with the etag of its row; None where there is none, or where it makes no sense."""
    entity = await find(PARTITION, viewing_id)
    if entity is None:
        return None
    try:
        return Viewing.model_validate_json(entity["document"]), str(entity.metadata["etag"])
    except (KeyError, ValidationError):
        return None


async def write_viewing(viewing: Viewing, etag: str | None) -> None:
    """Write over the row that has this etag (None: where none is); raises ChangedMeanwhileError."""
    entity: dict[str, Any] = {"PartitionKey": PARTITION, "RowKey": viewing.id, "format": FORMAT}
    await write(entity | {"until": viewing.until.isoformat(), "document": json.dumps(viewing.dump())}, etag)


async def forget_viewings(before: Moment) -> int:
    """Remove the rows of viewings that were over by then; returns how many."""
    rows = rows_where(f"PartitionKey eq '{PARTITION}'")
    over = [one["RowKey"] async for one in rows if str(one.get("until", "")) < before.isoformat()]
    for key in over:
        await remove(PARTITION, key)
    return len(over)
