"""Who waits for a place: a row each, in the order in which their runs were admitted. Best effort: it only orders."""

from migration.course.places import Waiter
from migration.values.value import FORMAT
from records.table import put, remove, rows_where

PARTITION = "queue"


async def read_queue() -> list[Waiter]:
    """Return who waits, whoever was admitted first in front: a call for each thousand."""
    found: list[Waiter] = []
    async for row in rows_where(f"PartitionKey eq '{PARTITION}'"):
        try:
            waits = {"key": row["RowKey"], "migrationId": row["id"], "run": row["run"], "dueAt": row["dueAt"]}
            found.append(Waiter.model_validate(waits))
        except (KeyError, TypeError, ValueError):
            continue
    return found


async def line_up(waiter: Waiter) -> None:
    """Write when a waiter asks again."""
    await put(
        {
            "PartitionKey": PARTITION,
            "RowKey": waiter.key,
            "format": FORMAT,
            "id": waiter.migration_id,
            "run": waiter.run,
            "dueAt": waiter.due_at.isoformat(),
        }
    )


async def leave_line(key: str) -> None:
    """Take a waiter out, if it is there."""
    await remove(PARTITION, key)
