"""Finds the migration that a request is about, and what the record has of its image."""

from typing import NamedTuple

import azure.durable_functions as df
import azure.functions as func

from migration.approval.image_record import ImageRecord
from migration.values.ids import is_instance_id
from records.index import row_of
from records.store import Held, hold_if_kept
from triggers.answering.responding import HttpProblemError
from triggers.steering import hub


class Found(NamedTuple):
    """A migration, and the record of its image."""

    migration: hub.Migration
    held: Held


async def find_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> Found:
    """Return the migration a request names: as the hub has it, else as the list remembers it; 404 for none."""
    migration_id = req.route_params["id"]
    held = await hold_if_kept(migration_id) if is_instance_id(migration_id) else Held(migration_id)
    known = await hub.find(client, migration_id)
    found = known.vouched(held.record) if known else await _remembered(held.record)
    if found is None:
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    return Found(found, held)


async def _remembered(record: ImageRecord | None) -> hub.Migration | None:
    """Return a migration that the hub has lost, by a purge or with a new hub."""
    row = await row_of(record) if record else None
    return hub.from_row(row._replace(live=False)) if row else None
