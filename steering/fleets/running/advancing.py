"""One look at a fleet: notes what has become of its images, starts those that are due, and says when to look again.

Whatever it finds was written by looks before it, by whoever steers the fleet, or by the runs themselves: one that died
on the way is made good by the next, and none that comes twice does anything twice.
"""

import logging
from datetime import UTC, datetime, timedelta

from arm.transport.errors import ArmError, ArmThrottledError
from hub.task_hub import TaskHub
from migration.asking.settings import Settings
from migration.fleet.advancing import InFleet, NextStep, next_step
from migration.fleet.fleet import Fleet, FleetStage, is_fleet_id
from migration.fleet.member import MemberStage
from migration.fleet.moving import ended_fleet
from migration.telling.of_fleets.standing import FleetStand, MemberShown
from migration.values.answer import Refusal
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from records.errors import RecordUnreadableError
from records.fleets.held import HeldFleet, change_fleet, hold_fleet
from records.store import hold
from steering.fleets.approving.telling import tell_if_possible
from steering.fleets.running.following import follow
from steering.fleets.running.starting import StartsPausedError, start_all
from steering.fleets.running.stopping import is_asked_anew, why_cancelled
from steering.fleets.standing import rows_of, stand_by
from steering.runs.cancelling import cancel

MOST_STARTED = 50  # by one look, which is an activity and has an end
MOST_CANCELLED = 50
AT_ONCE = 0.0
MANY = 5_000  # images, which a second of work reads: of more, the pauses are longer
_LOG = logging.getLogger(__name__)


async def advance(hub: TaskHub, fleet_id: str, settings: Settings) -> float | None:
    """Look once; returns in how many seconds to look again, None once nothing of the fleet is left to be done."""
    held = await hold_fleet(fleet_id) if is_fleet_id(fleet_id) else None
    if held is None or held.fleet.over_at is not None:
        return None
    fleet, rows = held.fleet, await rows_of(held.fleet)
    stand = await follow(await stand_by(fleet, rows), rows)
    await tell_if_possible(stand, settings)
    now = datetime.now(UTC)
    if fleet.stage is FleetStage.CANCELLED and await _cancel_some(hub, stand):
        return AT_ONCE
    images = [InFleet(one.member, one.is_past_its_question, _is_over(fleet, one)) for one in stand.members]
    step = next_step(fleet, images, now, most=MOST_STARTED, default_gallery=settings.gallery)
    if step.is_over:
        return await _end(held, now)
    seconds = _until_next_look(stand, step, settings, now)
    if not step.start:
        return seconds
    _LOG.info("%s: %d are to be started", fleet.id, len(step.start))
    try:
        has_moved_on = await start_all(hub, fleet, step.start, settings)
    except ArmThrottledError as error:
        return _told_later(fleet, str(error), error.retry_after_seconds)
    except (StartsPausedError, ArmError) as error:
        return _told_later(fleet, str(error), seconds)
    return AT_ONCE if step.more and has_moved_on else seconds


def _told_later(fleet: Fleet, why: str, seconds: float) -> float:
    _LOG.warning("%s: nothing more is started for now: %s", fleet.id, why)
    return seconds


async def _end(held: HeldFleet, now: datetime) -> float | None:
    seen = held.fleet
    result = await change_fleet(held, lambda fleet: ended_fleet(fleet, seen, now))
    if isinstance(result, Refusal):
        return AT_ONCE
    _LOG.info("%s is over", seen.id)
    return None


def _until_next_look(stand: FleetStand, step: NextStep, settings: Settings, now: datetime) -> float:
    """Return seconds: few while images are on their way to their question, many while all that is left waits.

    The more images there are to be read, the longer.
    """
    often = settings.poll_interval * max(1.0, len(stand.members) / MANY)
    is_moving = bool(step.start) or any(not one.is_past_its_question for one in stand.members if _is_begun(one))
    pause = often if is_moving else max(often, settings.poll_interval_max)
    until_date = step.opens_at - now if step.opens_at else timedelta.max
    return min(pause, until_date).total_seconds()


def _is_over(fleet: Fleet, shown: MemberShown) -> bool:
    """Tell whether nothing of it is the fleet's any more: it has ended, or a person asked anew since the cancel."""
    status = shown.status
    return shown.outcome is not None or (status is not None and is_asked_anew(fleet, status.before, status.created_at))


def _is_begun(shown: MemberShown) -> bool:
    return shown.member.stage is MemberStage.STARTED


async def _cancel_some(hub: TaskHub, stand: FleetStand) -> int:
    """Cancel a lot of what lives; returns how many. What may have sent its delete ends by itself, and says so."""
    cancelled = 0
    for shown in sorted(stand.members, key=_is_deleting, reverse=True):  # first what is about to be deleted
        if _is_begun(shown) and not _is_over(stand.fleet, shown):
            cancelled += await _cancel(hub, stand.fleet, shown)
        if cancelled == MOST_CANCELLED:
            break
    return cancelled


def _is_deleting(shown: MemberShown) -> bool:
    return shown.status is not None and shown.status.phase is Phase.DELETING_SOURCE


async def _cancel(hub: TaskHub, fleet: Fleet, shown: MemberShown) -> bool:
    """Cancel the fleet's run of an image, and nobody else's; tells whether that was in time."""
    migration_id = instance_id_for(shown.member.request.source_image_id)
    try:
        held = await hold(migration_id)
    except RecordUnreadableError as error:
        _LOG.warning("%s: not cancelled: %s", fleet.id, error)
        return False
    run = held.run
    if run is None or (run.id != shown.member.run and run.start.fleet != fleet.id):
        return False
    if is_asked_anew(fleet, run.before, run.admitted_at):  # since it was listed
        return False
    refusal = await cancel(hub, held, run.id, why_cancelled(fleet))
    if refusal is not None:
        _LOG.info("%s: %s is not cancelled: %s", fleet.id, migration_id, refusal.code)
    return refusal is None
