"""Notes in the rows of a fleet's images what has become of their runs: begun, ended, or followed by somebody else's.

So a fleet knows how its images ended when the list has forgotten it, or tells of a later run that is not the fleet's.
"""

from collections.abc import Mapping

from migration.fleet.fleet import Fleet
from migration.fleet.member import Member, MemberStage
from migration.record.image_record import NO_RECORD, OTHER_RUN, ImageRecord
from migration.record.run import Run
from migration.telling.of_fleets.standing import FleetStand, MemberShown
from migration.telling.status import Status
from migration.values.answer import Refusal
from migration.values.ids import instance_id_for
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.errors import RecordUnreadableError
from records.fleets.members import change_members
from records.runs import runs_before
from records.store import load
from steering.fleets.running.requesters import have_asked

MOST_NOTED = 500  # of a look; the rest is noted by the next
MOST_LOOKED_FOR = 50  # of a look, each a read of a record and perhaps of its runs
_RUNS = 20


async def follow(stand: FleetStand, rows: Mapping[str, Status]) -> FleetStand:
    """Return how a fleet stands, its images brought up to their runs."""
    found: dict[int, MemberShown] = {}
    looked_for = 0
    for shown in stand.members:
        member, status = shown.member, rows.get(_migration_of(shown.member))
        if member.stage is MemberStage.WAITING and status is not None and status.run != member.run:
            await have_asked(member, status.run, member.retried_by)
            found[member.number] = MemberShown.of(_begun(member, status), status)  # a look died before it was written
        elif shown.status is None and shown.outcome is None and member.stage is MemberStage.STARTED:
            if looked_for < MOST_LOOKED_FOR:
                looked_for += 1
                found[member.number] = await _looked_for(stand.fleet, member)
        elif status is not None and shown.status is not None and _is_news(shown):
            found[member.number] = MemberShown.of(member.changed(ended=shown.outcome), status)
        if len(found) == MOST_NOTED:
            break
    before = {one.member.number: one.member for one in stand.members}
    steps = [(before[number], one.member) for number, one in found.items() if one.member != before[number]]
    written = await change_members(stand.fleet.id, steps)
    known = {number: one for number, one in found.items() if one.member == before[number] or number in written}
    return stand.changed(members=[known.get(one.member.number, one) for one in stand.members])


def _migration_of(member: Member) -> str:
    return instance_id_for(member.request.source_image_id)


def _is_news(shown: MemberShown) -> bool:
    return shown.outcome is not None and shown.outcome != shown.member.ended


def _begun(member: Member, status: Status) -> Member:
    return member.changed(stage=MemberStage.STARTED, run=status.run, why=None, ended=None)


async def _looked_for(fleet: Fleet, member: Member) -> MemberShown:
    """Return an image of whose run the list tells nothing, as its record and its kept runs have it."""
    try:
        record = await load(_migration_of(member))
    except RecordUnreadableError as error:
        return _lost(member, Refusal(code="RecordUnreadable", message=str(error)))
    if record is None or record.run is None:
        return _lost(member, NO_RECORD)
    run = await _run_of(fleet, member, record, record.run)
    if run is None:
        return _lost(member, OTHER_RUN)
    status = Status.of(record, run).shortened()
    return MemberShown.of(member.changed(ended=MemberShown.of(member, status).outcome), status)


async def _run_of(fleet: Fleet, member: Member, record: ImageRecord, latest: Run) -> Run | None:
    """Return the fleet's latest run of an image: the list may be behind its record, or the run no longer the latest."""
    if latest.id == member.run or latest.start.fleet == fleet.id:
        return latest
    before = await runs_before(record.migration_id, latest.number, _RUNS)
    return next((one for one in before if one.id == member.run), None)


def _lost(member: Member, why: Refusal) -> MemberShown:
    """Return an image of whose run nothing is kept. What it has done is not known; that it is over is."""
    end = Outcome(kind=OutcomeKind.UNKNOWN, code=why.code, reason=why.message, step=Phase.PLANNING)
    return MemberShown.of(member.changed(ended=end), None)
