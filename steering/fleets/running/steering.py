"""What people do with a fleet that is under way: pause, resume, cancel, retry what failed.

Each is a swap of the fleet's row, where who did it stands. Its orchestration is woken, and sees to the rest: nothing is
started or cancelled here.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from hub.task_hub import TaskHub
from migration import names
from migration.fleet.fleet import Fleet
from migration.fleet.member import Member, MemberStage, Retrier
from migration.fleet.moving import FleetMove, moved_fleet
from migration.record.run import MOST_REQUESTERS
from migration.telling.of_fleets.standing import MemberShown, Standing
from migration.values.answer import Refusal
from migration.values.outcome import OutcomeKind, Phase
from records.errors import RecordsUnavailableError
from records.fleets.held import HeldFleet, change_fleet
from records.fleets.members import change_members
from steering.fleets.running.beginning import carry
from steering.fleets.running.requesters import have_asked
from steering.fleets.running.starting import DONE, RUNNING
from steering.fleets.standing import stand_of
from steering.runs.looking_after import wake

ATTEMPTS = 5
_LOG = logging.getLogger(__name__)


async def steer(hub: TaskHub, held: HeldFleet, move: FleetMove, *, by: str, reason: str = "") -> Fleet | Refusal:
    """Pause, resume or cancel a fleet, in somebody's name; a refusal where it is over."""
    at, reason = datetime.now(UTC), "".join(filter(str.isprintable, reason)).strip()
    result = await change_fleet(held, lambda fleet: moved_fleet(fleet, move, at, by=by, reason=reason))
    if isinstance(result, Fleet):
        _LOG.info("%s: %s by %s%s", result.id, move, by, f": {reason}" if reason else "")
        await carry(hub, result)
        await wake(hub, result.id, names.FLEET_CHANGED_EVENT)
    return result


async def retry(
    hub: TaskHub, held: HeldFleet, *, by: str, ids: Sequence[str] = (), reason: str = ""
) -> Fleet | Refusal:
    """Put what failed back to waiting, each for a run of its own; the fleet goes on, if it was over.

    Its images are written first: a fleet that is seen to end meanwhile is found to have been changed.
    """
    allowed = moved_fleet(held.fleet, FleetMove.RETRY, datetime.now(UTC), by=by)
    if isinstance(allowed, Refusal):
        return allowed
    again = await _put_back(held.fleet, Retrier(name=by, ids=list(ids)))
    result = await steer(hub, held, FleetMove.RETRY, by=by, reason=reason)
    if isinstance(result, Fleet):
        _LOG.info("%s: %d are tried again", result.id, again)
    return result


async def _put_back(fleet: Fleet, who: Retrier) -> int:
    """Put what failed back to waiting; what was written meanwhile is looked at again. Tells how many it was.

    What somebody else has just had tried again, `who` has asked for, too.
    """
    again, missed = 0, set[int]()
    for _ in range(ATTEMPTS):
        members = (await stand_of(fleet)).members
        for begun in (one.member for one in members if one.member.number in missed):
            if begun.stage is MemberStage.STARTED and begun.run is not None:
                await have_asked(begun, begun.run, [who])
        steps = to_be_retried(members, who, missed)
        written = await change_members(fleet.id, steps)
        again, missed = again + len(written), {seen.number for seen, _ in steps} - written
        if not missed:
            return again
    raise RecordsUnavailableError(f"the images of the fleet {fleet.id} are being changed by too many at once")


def to_be_retried(
    images: Sequence[MemberShown], who: Retrier, failed_before: Collection[int] = ()
) -> list[tuple[Member, Member]]:
    """Return what failed as it is, and as it waits to be started anew; of `failed_before` also what waits by now.

    `run` stays the one that failed: a later is known by it.
    """
    found = [shown.member for shown in images if _failed(shown) or _waits_of(shown, failed_before)]
    return [(one, _waiting_again(one, who)) for one in found]


def _waits_of(shown: MemberShown, numbers: Collection[int]) -> bool:
    return shown.standing is Standing.WAITING and shown.member.number in numbers


def _waiting_again(member: Member, who: Retrier) -> Member:
    """Return an image that somebody has asked for once more. Of very many who did, the first are forgotten."""
    known = [one for one in member.retried_by if one != who]
    return member.changed(
        stage=MemberStage.WAITING,
        why=None,
        ended=None,
        retried=member.run,
        retried_by=[*known, who][-MOST_REQUESTERS + 1 :],
    )


def _failed(shown: MemberShown) -> bool:
    """Tell whether an image was not migrated for a reason that may have been put right. None whose delete may have been
    sent, and none that was being migrated or done: nothing failed there.
    """
    outcome, why = shown.outcome, shown.member.why
    if shown.standing is Standing.PASSED:
        return why is None or why.code not in {RUNNING.code, DONE.code}
    if shown.standing is not Standing.FAILED or outcome is None or outcome.is_source_gone:
        return False
    return outcome.kind is not OutcomeKind.UNKNOWN or outcome.step is not Phase.DELETING_SOURCE
