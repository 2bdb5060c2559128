"""Forgets migrations that ended long ago: their history leaves the task hub, their row the list. Their audit stays."""

import json
import logging
from datetime import UTC, datetime

import azure.durable_functions as df

from migration.asking.settings import settings
from records.errors import RecordUnreadableError
from records.index import Filter, Row, every, forget
from records.runs import runs_of
from records.store import load
from triggers.steering import hub

_LOG = logging.getLogger(__name__)
MOST_AT_A_TIME = 500


async def forget_old(client: df.DurableFunctionsClient) -> int:
    """Forget what ended longer ago than MIGRATION_RETENTION; returns how many."""
    before = datetime.now(UTC) - settings().retention
    forgotten = 0
    old = [row async for row in every(Filter(live=False)) if row.updated_at < before]
    for row in old[:MOST_AT_A_TIME]:
        if not await hub.is_live(client, row.id):
            forgotten += await _forget(client, row)
    return forgotten


async def _forget(client: df.DurableFunctionsClient, row: Row) -> bool:
    """Write the audit into the log, then remove the history and the row. The record and its runs are kept.

    What has a record that cannot be read stays as it is, and keeps nothing else from being forgotten.
    """
    try:
        record = await load(row.id)
    except RecordUnreadableError as error:
        _LOG.warning("not forgotten: %s", error)
        return False
    for run in await runs_of(row.id):
        _LOG.info(json.dumps({"record": "audit", "migration": row.id, **run.dump()}))
    await client.purge_orchestration(row.id)
    if record is not None:
        await forget(record)
    return True
