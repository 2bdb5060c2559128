"""Reconciles records and task hub by the clock: nothing that was admitted, or is owed to people, is left lying."""

import logging

from hub.task_hub import TaskHub
from migration.asking.settings import Settings
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.index import Filter, Row, every, forget, note
from records.runs import keep
from records.store import Held, hold, unfinished
from steering.fleets.running.beginning import carry_all
from steering.runs.looking_after import have_told_by_the_clock, look_after_if_possible
from steering.telling.by_fleets import ToldByFleets

_LOG = logging.getLogger(__name__)


async def tend(hub: TaskHub, current: Settings) -> None:
    """Schedule what never began, close what was ended from outside, have people told what they are owed unless a digest
    or a fleet tells it, bring the list up to its records, and have fleets go on whose orchestration was lost.
    """
    known, by_fleets = await unfinished(), ToldByFleets()
    for migration_id in known:
        try:
            held = await hold(migration_id)
            await look_after_if_possible(hub, held)
            if not current.notify_digest and not await by_fleets.holds(held):
                await have_told_by_the_clock(hub, held)
        except RecordUnreadableError as error:
            _LOG.warning("not looked after: %s", error)
    await _mend_list(set(known))
    await carry_all(hub)


async def _mend_list(known: set[str]) -> None:
    """Write rows anew that say of a run that it lives, where its record says that it has ended, or is gone."""
    behind = [row async for row in every(Filter(live=True)) if row.id not in known]
    for row in behind:
        try:
            await _note(await hold(row.id), row)
        except (RecordUnreadableError, RecordsUnavailableError) as error:
            _LOG.warning("%s: the list stays behind its record: %s", row.id, error)


async def _note(held: Held, row: Row) -> None:
    if held.record is not None and held.run is not None:
        await keep(held.record, held.run)
        await note(held.record, held.run)
    elif held.record is None and row.live:
        await forget(row)
        _LOG.warning("%s: its record is gone, and it is listed no more: nothing is deleted", row.id)
