"""Finds the migration that a request is about, and the question that is asked of it."""

import azure.durable_functions as df
import azure.functions as func

from migration.approval.image_record import Question
from migration.asking.settings import has_storage, settings
from records.store import load
from triggers.answering.responding import HttpProblemError
from triggers.steering import hub


async def find_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> hub.Migration:
    migration_id = req.route_params["id"]
    found = await hub.find(client, migration_id)
    if found is None:
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    return found


async def find_question(migration_id: str) -> Question | None:
    record = await load(migration_id) if has_storage(settings()) else None
    return record.question if record else None
