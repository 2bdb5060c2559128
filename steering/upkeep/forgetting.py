"""Forgets migrations that ended long ago: their history leaves the task hub, their row the list. Their audit stays."""

import json
import logging
from datetime import UTC, datetime, timedelta

from hub.task_hub import TaskHub
from migration.record.image_record import OTHER_RUN, ImageRecord
from migration.record.run import Run, RunStage
from migration.values.answer import Refusal
from migration.values.ids import is_instance_id
from records.errors import RecordUnreadableError
from records.index import Filter, Row, every, forget
from records.runs import keep
from records.store import Held, change, hold

_LOG = logging.getLogger(__name__)
MOST_AT_A_TIME = 500


async def forget_old(hub: TaskHub, retention: timedelta) -> int:
    """Forget what ended longer ago than that; returns how many."""
    before = datetime.now(UTC) - retention
    forgotten = 0
    old = [row async for row in every(Filter(live=False)) if row.updated_at < before]
    for row in old[:MOST_AT_A_TIME]:
        if not await hub.is_live(row.id):
            forgotten += await _forget(hub, row)
    return forgotten


async def _forget(hub: TaskHub, row: Row) -> bool:
    """Say in the log what became of it, naming nobody, then remove the history and the row; record and runs are kept.

    What has a record that cannot be read stays as it is, and keeps nothing else from being forgotten.
    """
    try:
        held = await hold(row.id) if is_instance_id(row.id) else Held(row.id)
    except RecordUnreadableError as error:
        _LOG.warning("not forgotten: %s", error)
        return False
    if held.record is not None and held.run is not None:
        if held.run.stage is not RunStage.ENDED:
            return False
        await _keep_a_line(held, held.record, held.run)
    await hub.purge(row.id)
    await forget(row)
    return True


async def _keep_a_line(held: Held, record: ImageRecord, run: Run) -> None:
    """Leave a line in the record, once: a second time, the line would be kept in place of the whole run."""
    if run.forgotten:
        return
    _LOG.info(json.dumps(_line(record, run)))
    await keep(record, run)
    await change(held, lambda now: _forgotten(now, run.id))


def _forgotten(record: ImageRecord | None, run_id: str) -> ImageRecord | Refusal:
    """Keep no more of the run in the record than a line: the whole of it is among the runs."""
    run = record.run_of(run_id) if record else OTHER_RUN
    if record is None or isinstance(run, Refusal):
        return OTHER_RUN
    return record.changed(run=run.as_a_line().changed(forgotten=True))


def _line(record: ImageRecord, run: Run) -> dict[str, object]:
    outcome = run.outcome
    return {
        "record": "forgotten",
        "migration": record.migration_id,
        "run": run.id,
        "version": run.image_version_id,
        "outcome": outcome.kind.value if outcome else None,
        "code": outcome.code if outcome else None,
    }
