"""What became of each run of an image, kept across purges and new task hubs: in full for the latest, then as a line.

For reading only: what has authority is in the record. A row a run, the latest first, by its number.
"""

from typing import Any

from migration.record.image_record import ImageRecord
from migration.record.run import Run
from migration.values.lengths import STORED
from migration.values.value import FORMAT
from records.chunks import as_json, joined, split
from records.table import find, put, table, table_errors

PARTITION = "run"
KEPT_IN_FULL = 10
_MOST = 10**9


async def keep(record: ImageRecord, run: Run) -> None:
    """Write what became of a run; the tenth before it is shortened to a line. Of one that is forgotten the record has
    no more than a line: what was kept of it stays.
    """
    if run.forgotten:
        return
    await _write_run(record.migration_id, _without_secrets(run))
    if run.number > KEPT_IN_FULL:
        old = await _find(record.migration_id, run.number - KEPT_IN_FULL)
        if old is not None and (old.audit or old.links):
            await _write_run(record.migration_id, old.as_a_line())


def _without_secrets(run: Run) -> Run:
    return run.changed(question=run.question.changed(callback="")) if run.question else run


async def runs_before(migration_id: str, number: int, most: int) -> list[Run]:
    """Return up to so many runs of an image with a lower number, the latest first; what cannot be read is left out."""
    wanted = f"PartitionKey eq '{PARTITION}' and RowKey gt @first and RowKey lt @last"
    parameters = {"first": _key(migration_id, number), "last": f"{migration_id}~~"}
    client = await table()
    found: list[Run] = []
    async with table_errors():
        async for entity in client.query_entities(wanted, parameters=parameters, results_per_page=most):
            if len(found) == most:
                break
            found += _runs_in(entity)
    return found


async def run_of_number(migration_id: str, number: int) -> Run | None:
    """Return the run of an image that has this number, if it is kept and can be read."""
    return await _find(migration_id, number)


def _runs_in(entity: Any) -> list[Run]:
    try:
        return [Run.model_validate_json(joined(entity), context=STORED)]
    except ValueError:
        return []


async def _find(migration_id: str, number: int) -> Run | None:
    entity = await find(PARTITION, _key(migration_id, number))
    return next(iter(_runs_in(entity)), None) if entity else None


async def _write_run(migration_id: str, run: Run) -> None:
    entity: dict[str, Any] = {"PartitionKey": PARTITION, "RowKey": _key(migration_id, run.number), "format": FORMAT}
    await put(entity | split(as_json(run.dump())))


def _key(migration_id: str, number: int) -> str:
    return f"{migration_id}~{_MOST - number:010d}"
