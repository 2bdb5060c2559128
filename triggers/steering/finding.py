"""Finds the migration that a request is about, and the question that is asked of it."""

import azure.durable_functions as df
import azure.functions as func

from migration.approval.image_record import Question
from migration.asking.settings import has_storage, settings
from migration.values.ids import is_instance_id
from records.index import row_of
from records.store import load
from triggers.answering.responding import HttpProblemError
from triggers.steering import hub


async def find_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> hub.Migration:
    """Return the migration a request names: as the hub has it, else as the list remembers it; 404 for none."""
    migration_id = req.route_params["id"]
    found = await hub.find(client, migration_id) or await _remembered(migration_id)
    if found is None:
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    return found


async def _remembered(migration_id: str) -> hub.Migration | None:
    """Return a migration that the hub has lost, by a purge or with a new hub."""
    record = await load(migration_id) if is_instance_id(migration_id) and has_storage(settings()) else None
    row = await row_of(record) if record else None
    return hub.from_row(row._replace(live=False)) if row else None


async def find_question(migration_id: str) -> Question | None:
    record = await load(migration_id) if has_storage(settings()) else None
    return record.question if record else None
