"""Who waits for a place: a row each, in the order in which their runs were admitted. Best effort: it only orders."""

from migration.course.places import Waiter
from migration.values.value import FORMAT
from records.table import remove, table, table_errors

PARTITION = "queue"


async def read_queue() -> list[Waiter]:
    """Return who waits, whoever was admitted first in front: a call for each thousand."""
    client = await table()
    found: list[Waiter] = []
    async with table_errors():
        async for row in client.query_entities(f"PartitionKey eq '{PARTITION}'", results_per_page=1000):
            try:
                waits = {"key": row["RowKey"], "migrationId": row["id"], "run": row["run"], "dueAt": row["dueAt"]}
                found.append(Waiter.model_validate(waits))
            except (KeyError, TypeError, ValueError):
                continue
    return found


async def line_up(waiter: Waiter) -> None:
    """Write when a waiter asks again."""
    client = await table()
    async with table_errors():
        await client.upsert_entity(
            {
                "PartitionKey": PARTITION,
                "RowKey": waiter.key,
                "format": FORMAT,
                "id": waiter.migration_id,
                "run": waiter.run,
                "dueAt": waiter.due_at.isoformat(),
            },
            mode="replace",
        )


async def leave_line(key: str) -> None:
    """Take a waiter out, if it is there."""
    await remove(PARTITION, key)
