"""Looks after runs: what was admitted and never began is scheduled again, what was ended from outside is closed."""

import logging
from datetime import UTC, datetime, timedelta

from hub.task_hub import HubUnavailableError, TaskHub
from migration import names
from migration.course.standing import Hint
from migration.record.admitting import is_missed_again, seen_live, seen_missing, stopped
from migration.record.run import Run, RunStage
from migration.values.ids import teller_of
from migration.values.outcome import Phase
from records.store import Held
from steering.gathering.remaining import find_end_at_once
from steering.runs.changing import change_of_run, change_run

_LOG = logging.getLogger(__name__)
NEWS, LATE = timedelta(minutes=1), timedelta(minutes=15)
LOOK = {"look": True}  # all that an event of ours says
_WAITS_FOR_ANSWERS = {Phase.AWAITING_APPROVAL, Phase.SOAKING}
_WAIT_THEMSELVES = {*_WAITS_FOR_ANSWERS, Phase.DELETING_SOURCE}


async def look_after(hub: TaskHub, held: Held) -> bool:
    """Look once whether the orchestration of a run is there, and do what is needed; tells whether it is.

    A run that has begun is closed only if it is missed twice, minutes apart; until then nothing is concluded. Raises
    HubUnavailableError, and concludes nothing, where the task hub does not say.
    """
    run = held.run
    if run is None or run.stage is RunStage.ENDED:
        return False
    if await hub.is_live(held.migration_id):
        if run.missing_since is not None:
            await change_run(held, run.id, seen_live)
        await _wake_if_behind(hub, held, run)
        return True
    if run.stage is RunStage.BEGUN:
        await _miss(held, run)
    else:
        await schedule(hub, held.migration_id, run)
    return False


async def _miss(held: Held, run: Run) -> None:
    """Note that it is missed. What is closed by that cannot look any more itself, so its end is looked at here."""
    now = datetime.now(UTC)
    seen = (await find_end_at_once(run, stopped(run))).outcome if is_missed_again(run, now) else None
    await change_of_run(held, run.id, lambda record, _: seen_missing(record, run.id, now, seen))


async def _wake_if_behind(hub: TaskHub, held: Held, run: Run) -> None:
    """Wake an orchestration that waits for an answer which the record has: the one who gave it may have died before."""
    answered = run.question is not None and run.phase not in _WAIT_THEMSELVES
    if answered or run.stage is RunStage.ADMITTED:
        await _wake_if_it_waits_for_an_answer(hub, held.migration_id)


async def _wake_if_it_waits_for_an_answer(hub: TaskHub, migration_id: str) -> None:
    try:
        if await hub.phase(migration_id) in _WAITS_FOR_ANSWERS:
            await hub.wake(migration_id, names.APPROVAL_EVENT, LOOK)
    except HubUnavailableError as error:
        _LOG.warning("%s could not be woken: %s", migration_id, error.status)


async def wake_soak(hub: TaskHub, held: Held) -> None:
    """Have a soak looked at, whose image was changed: another wish ends it."""
    if held.run is not None and held.run.phase is Phase.SOAKING:
        await wake(hub, held.migration_id, names.APPROVAL_EVENT)


async def look_after_if_possible(hub: TaskHub, held: Held) -> bool:
    """Look once, for whoever can do without: tells whether the orchestration was seen."""
    try:
        return await look_after(hub, held)
    except HubUnavailableError as error:
        _LOG.warning("%s cannot be looked for in the task hub: %s", held.migration_id, error.status)
        return False


async def have_told(hub: TaskHub, held: Held) -> None:
    """Have people told what is owed, if anything is; where the hub gives no answer, the clock tries again.

    One that is at work is woken for what is new: of the rest it knows, and it may be one that hears nothing.
    """
    if not await _is_started(hub, held) and held.run is not None and _is_news(held.run, datetime.now(UTC)):
        await wake(hub, teller_of(held.migration_id), names.OWED_EVENT)


async def have_told_by_the_clock(hub: TaskHub, held: Held) -> None:
    """Have those told whom a task hub has forgotten; what is at work is not woken, for it may hear nothing at all."""
    if not await _is_started(hub, held) and held.run is not None and _is_late(held.run, datetime.now(UTC)):
        _LOG.warning("%s: people wait to be told; is %s suspended?", held.migration_id, teller_of(held.migration_id))


async def _is_started(hub: TaskHub, held: Held) -> bool:
    """Tell whether nothing is left to be done about what is owed: nothing is, or telling was started, or cannot be."""
    if held.run is None or not held.run.all_owed:
        return True
    try:
        return await hub.tell(held.migration_id)
    except HubUnavailableError as error:
        _LOG.warning("%s: nobody is told for now: %s", held.migration_id, error.status)
        return True


def _is_news(run: Run, at: datetime) -> bool:
    return any(notice.attempt == 0 and abs(at - notice.due_at) < NEWS for notice in run.all_owed)


def _is_late(run: Run, at: datetime) -> bool:
    return any(at - notice.due_at >= LATE for notice in run.all_owed)


async def schedule(hub: TaskHub, migration_id: str, run: Run) -> None:
    """Start the run's orchestration; one that is live asks the record at its end, and goes on with this run.

    One that waits for the answer to a question that no record has any more is woken: it would look in hours only.
    Where the hub gives no answer, the run stays admitted.
    """
    try:
        if not await hub.start(migration_id, Hint(run=run.id, phase=run.phase)):
            await _wake_if_it_waits_for_an_answer(hub, migration_id)
    except HubUnavailableError as error:
        _LOG.warning("%s is admitted, and to be started later: %s", migration_id, error.status)


async def wake(hub: TaskHub, migration_id: str, event: str) -> None:
    """Wake an orchestration. What was to be said stands in the record: it may fail."""
    try:
        await hub.wake(migration_id, event, LOOK)
    except HubUnavailableError as error:
        _LOG.warning("%s could not be woken (%s): %s", migration_id, event, error.status)
