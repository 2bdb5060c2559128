"""Gives a run a place among the versions being made at once, or a place in line: by compare-and-swap of one row.

Whoever finds no place free looks whether its holders still need theirs, by their records: so no ending, however it
came about, has to give one back. The first in line ask often, the others are woken when it may be their turn.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hub.task_hub import TaskHub
from migration import names
from migration.course.places import (
    UNREADABLE_PAUSE_SECONDS,
    Holder,
    Places,
    Waiter,
    counts,
    counts_unread,
    in_line,
    needs_place,
    pause_seconds,
    to_be_woken,
)
from migration.record.run import Queued, Run
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.places.held import HeldPlaces, read_places, swap_places
from records.places.queue import leave_line, line_up, read_queue
from records.store import load
from steering.runs.looking_after import wake

ATTEMPTS = 50  # as many workers as may find a place free at once
_SEEN_OFF_AT_ONCE = 3
_LOG = logging.getLogger(__name__)


class InLine(NamedTuple):
    """How a run waits for a place, and in how many seconds it is to ask again."""

    queued: Queued
    seconds: float


async def take_place(hub: TaskHub, migration_id: str, run: Run, cap: int) -> str | InLine:
    """Return how the run waits for a place, or, once it holds one, the word by which it may be given back.

    The word is empty where another execution has begun with this place: its version may be on the way. One read and
    one write where nobody waits.
    """
    token = secrets.token_hex(8)
    for _ in range(ATTEMPTS):
        try:
            held = await read_places()
        except RecordUnreadableError as error:
            _LOG.error("%s: no version is made: %s", migration_id, error)
            return InLine(Queued(since=_since(run)), UNREADABLE_PAUSE_SECONDS)
        own = held.places.held_by(migration_id, run.id)
        if own is not None and own.by in {"", token}:
            return own.by
        result = await _taken_over(held, own) if own else await _take_or_wait(hub, held, migration_id, run, cap, token)
        if result is not None:
            return result
    raise RecordsUnavailableError("the places of versions are being changed by too many at once")


async def give_back(migration_id: str, run_id: str, token: str) -> None:
    """Give a place back: nothing is being made with it. Where that cannot be, it is held until the run's next phase."""
    try:
        for _ in range(ATTEMPTS if token else 0):
            held = await read_places()
            own = held.places.held_by(migration_id, run_id)
            if own is None or own.by != token or await swap_places(held, held.places.without([own])):
                return
    except RecordsUnavailableError as error:
        _LOG.warning("%s: its place is not given back: %s", migration_id, error)


async def _taken_over(held: HeldPlaces, own: Holder) -> str | None:
    """Go on with the place of an execution that may still be at work: it can give it back no more."""
    return "" if await swap_places(held, held.places.taken_over(own)) else None


async def _take_or_wait(
    hub: TaskHub, held: HeldPlaces, migration_id: str, run: Run, cap: int, token: str
) -> str | InLine | None:
    """Take a place, or stand in line; None where somebody was quicker, or the holders were looked at."""
    now = datetime.now(UTC)
    free = held.places.free(cap)
    if free <= 0 and held.places.is_look_due(now):
        await _free_places(held, now)
        return None
    is_waited_for = free <= 0 or held.places.may_be_waited_for(now)
    queue = await read_queue() if is_waited_for else []
    own = Waiter.of(migration_id, run, now)
    others = [one for one in in_line(queue, held.places, now) if one.key != own.key]
    position = 1 + sum(one.key < own.key for one in others)
    if position > free:
        pause = pause_seconds(position, held.places, now)
        await line_up(own.changed(due_at=now + timedelta(seconds=pause)))
        await _see_off([one for one in queue if one.is_late(now) and one.key != own.key], held.places)
        making = len(held.places.holders)
        queued = Queued(since=_since(run), position=position, waiting=len(others) + 1, making=making)
        return InLine(queued, pause)
    holder = Holder(migration_id=migration_id, run=run.id, since=now, by=token)
    if not await swap_places(held, held.places.with_holder(holder, is_waited_for=bool(others))):
        return None
    if run.queued is not None:
        await leave_line(own.key)
    await _wake(hub, to_be_woken(others, free - 1, now), now)
    return token


async def _wake(hub: TaskHub, waiters: Sequence[Waiter], now: datetime) -> None:
    """Have waiters ask now; that they are to is noted, so that others wake others."""
    for one in waiters:
        await line_up(one.changed(due_at=now))
        await wake(hub, one.migration_id, names.CANCEL_EVENT)  # which says no more than: look


def _since(run: Run) -> datetime:
    return run.queued.since if run.queued else datetime.now(UTC)


async def _free_places(held: HeldPlaces, now: datetime) -> None:
    """Look whether the holders still need their places.

    Who looks is settled by the row: of many that find it full at once, one reads the records. Who needs no place any
    more never needs that one again, so that it goes whatever changes meanwhile.
    """
    if not await swap_places(held, held.places.changed(full_at=now)):
        return
    gone = [one for one in held.places.holders if not await _counts(one, now)]
    for _ in range(ATTEMPTS if gone else 0):
        if await swap_places(held, held.places.without(gone)):
            return
        held = await read_places()


async def _counts(holder: Holder, now: datetime) -> bool:
    try:
        return counts(holder, await load(holder.migration_id), now)
    except RecordUnreadableError:
        return counts_unread(holder, now)


async def _see_off(late: Sequence[Waiter], places: Places) -> None:
    """Take those out of line who wait for no place any more, as their records say: the first few who are late."""
    for one in late[:_SEEN_OFF_AT_ONCE]:
        try:
            waits = needs_place(await load(one.migration_id), one.run)
        except RecordUnreadableError:
            waits = False
        if not waits or places.held_by(one.migration_id, one.run):
            await leave_line(one.key)
