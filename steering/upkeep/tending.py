"""Reconciles records and task hub by the clock: nothing that was admitted, or is owed to people, is left lying."""

import logging
from collections.abc import Iterable
from typing import Any

from hub.task_hub import TaskHub
from migration.asking.settings import Settings
from migration.telling.status import Status
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.index import Filter, Row, every, forget
from records.store import Held, hold, unfinished
from steering.fleets.running.beginning import carry_all
from steering.runs.changing import follow_again
from steering.runs.looking_after import have_told_by_the_clock, look_after_if_possible
from steering.telling.by_fleets import ToldByFleets

_LOG = logging.getLogger(__name__)


async def tend(hub: TaskHub, current: Settings) -> None:
    """Schedule what never began, close what was ended from outside, have people told what they are owed unless a digest
    or a fleet tells it, bring the list up to its records, and have fleets go on whose orchestration was lost.
    """
    rows, by_fleets = {row.id: row async for row in every(Filter(live=True))}, ToldByFleets()
    known = dict.fromkeys(await unfinished())
    for migration_id in known:
        try:
            held = await hold(migration_id)
            await look_after_if_possible(hub, held)
            if not current.notify_digest and not await by_fleets.holds(held):
                await have_told_by_the_clock(hub, held)
            if not _is_listed(held, rows.get(migration_id)):
                await follow_again(await hold(migration_id))
        except RecordUnreadableError as error:
            _LOG.warning("not looked after: %s", error)
    await _mend_list(row for name, row in rows.items() if name not in known)
    await carry_all(hub)


def _is_listed(held: Held, row: Row | None) -> bool:
    """Tell whether the list says of a run what its record does: a worker may have died between the two writes.

    `row` is one that says of it that it lives: of what is over there is none.
    """
    if held.record is None or held.run is None:
        return True
    now = Status.of(held.record, held.run)
    return _but_for_when(now.shortened()) == _but_for_when(row.status) if row else now.over


def _but_for_when(status: Status) -> dict[str, Any]:
    return {name: value for name, value in status.dump().items() if name != "updatedAt"}


async def _mend_list(behind: Iterable[Row]) -> None:
    """Write rows anew that say of a run that it lives, where its record says that it has ended, or is gone."""
    for row in behind:
        try:
            held = await hold(row.id)
            await follow_again(held)
            if held.record is None and row.live:
                await forget(row)
                _LOG.warning("%s: its record is gone, and it is listed no more: nothing is deleted", row.id)
        except (RecordUnreadableError, RecordsUnavailableError) as error:
            _LOG.warning("%s: the list stays behind its record: %s", row.id, error)
