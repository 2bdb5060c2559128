"""Looks after every run that has not ended, by the clock: nothing that was admitted is left lying."""

import logging
from typing import NamedTuple

from migration.record.run import Run
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.index import Filter, every, note
from records.runs import keep
from records.store import Held, hold, live_runs
from steering.looking_after import look_after
from steering.task_hub import TaskHub

_LOG = logging.getLogger(__name__)


class Tended(NamedTuple):
    """A run that lives, as it is after it was looked after."""

    migration_id: str
    run: Run


async def tend(hub: TaskHub) -> list[Tended]:
    """Schedule what never began, close what was ended from outside, and bring the list up to its records."""
    live: list[Tended] = []
    known = await live_runs()
    for migration_id in known:
        try:
            held = await hold(migration_id)
            await look_after(hub, held)
        except RecordUnreadableError as error:
            _LOG.warning("not looked after: %s", error)
            continue
        if held.run is not None and held.run.is_live:
            live.append(Tended(migration_id, held.run))
    await _mend_list(set(known))
    return live


async def _mend_list(known: set[str]) -> None:
    """Write rows anew that say of a run that it lives, where its record says that it has ended."""
    behind = [row.id async for row in every(Filter(live=True)) if row.id not in known]
    for migration_id in behind:
        try:
            await _note(await hold(migration_id))
        except (RecordUnreadableError, RecordsUnavailableError) as error:
            _LOG.warning("%s: the list stays behind its record: %s", migration_id, error)


async def _note(held: Held) -> None:
    if held.record is not None and held.run is not None:
        await keep(held.record, held.run)
        await note(held.record, held.run)
