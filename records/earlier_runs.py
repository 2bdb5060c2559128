"""The audits that the format before (1) kept: read as they are, and told after those of this release."""

from typing import Any

from records.chunks import joined, read_json
from records.table import table, table_errors

MOST = 50


async def earlier_runs(earlier_id: str) -> list[dict[str, Any]]:
    """Return what became of the latest runs of an image, as plain JSON; one that cannot be read is left out."""
    wanted = "PartitionKey eq 'run' and RowKey ge @first and RowKey lt @last"
    parameters = {"first": f"{earlier_id}~", "last": f"{earlier_id}\x7f"}
    client = await table()
    found: list[dict[str, Any]] = []
    async with table_errors():
        async for entity in client.query_entities(wanted, parameters=parameters, results_per_page=MOST):
            try:
                found.append(read_json(joined(entity)))
            except ValueError:
                continue
            if len(found) == MOST:
                break
    return found
