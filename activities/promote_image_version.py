"""Step 8: let a version become eligible as `latest`, where that was asked for, once it was approved or need not be.

`latest` is to mean the newest image, in whatever order migrations end: that is judged before a version becomes
eligible, and again after, for another may have become so at the same time.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from activities.admitting import Turn
from arm.resources.images import get_image
from arm.resources.versions import list_versions, start_exclusion, start_promotion
from arm.transport.errors import BUSY, BUSY_SECONDS, ArmRefusedError
from migration.approval.admission import outdated
from migration.asking.reading import settings
from migration.asking.request import DeleteSource
from migration.course.standing import Wait
from migration.course.steps import StepInput
from migration.course.wishes import taken_back
from migration.plan.destination.latest import hides, overtaken_by, to_exclude
from migration.plan.plan import Plan
from migration.promise.checks import meaning
from migration.promise.rules import copy_refusal, lost
from migration.record.asked import approved_of
from migration.record.audit import entry
from migration.record.run import Run
from migration.resources.copy_identity import CopyIdentity, replaced
from migration.resources.gallery import ImageVersion
from migration.resources.operation import Operation
from migration.resources.states import ProvisioningState
from migration.users.kinds import blocking
from migration.values.answer import SOON_SECONDS, Later, Refusal
from migration.values.ids import IMAGE_VERSION, ResourceId
from steering.gathering.evidence import find_older

_TOLD_OTHERWISE = Refusal(
    code="LatestChanged",
    message="whoever approved was told otherwise of latest: the versions beside this one have changed since, ask again",
)
EXCLUDING = "ExclusionInProgress"
_NOT_IN_THE_WAY = Refusal(code="NotInTheWay", message="it has been changed since it was listed")


class Authorised(NamedTuple):
    """What may be promoted, and as which version it was verified; `told_older` is that of the approval."""

    plan: Plan
    version_id: str
    copied: CopyIdentity
    told_older: bool | None = None


async def promote_image_version(turn: Turn[StepInput]) -> Wait | Later | Refusal | None:
    """Start the update of this very version, once; nothing to do where it is as it is to be.

    One that was started is looked at when Azure says that it may be done, not at once.
    """
    if turn.run.promoted:
        return None
    authorised = await _authorised(turn)
    if isinstance(authorised, Refusal):
        return authorised
    plan, version_id, copied, told_older = authorised
    older = await find_older(plan, version_id)
    is_as_told = told_older is None or told_older == (older is not None)
    changing = False

    def against(version: ImageVersion | None) -> Refusal | None:
        nonlocal changing
        changing = version is not None and version.provisioning_state == ProvisioningState.UPDATING
        refusal = copy_refusal(version, plan, copied) if version else lost(version_id)
        return refusal or (None if is_as_told else _TOLD_OTHERWISE)

    # What may become the last copy is protected by Azure itself: its regions, and on request until its end of life.
    safety = {"allowDeletionOfReplicatedLocations": False}
    safety |= {"blockDeletionBeforeEndOfLife": True} if plan.protect else {}
    is_out = plan.exclude_from_latest or older is not None
    started = await _unless_busy(start_promotion(version_id, against, excluded=is_out, safety=safety))
    if isinstance(started, Later):
        return started
    if isinstance(started, Refusal):
        busy = Later(seconds=BUSY_SECONDS, reason="the image version is being updated")
        return busy if changing and started.code == "ReplicationIncomplete" else started
    await turn.move(
        lambda run: _promoted(run, started.url if started else None, older, datetime.now(UTC), is_new=bool(started))
    )
    return Wait(seconds=started.seconds) if started else None


async def order_latest(turn: Turn[StepInput]) -> Later | Refusal | None:
    """Have `latest` mean the newest image once a version has become eligible: whatever of ours, from an older source,
    stands before one from a newer by its number is excluded. Come again until there is nothing left to do.

    That may be this very version, where a newer one became eligible while it did.
    """
    run, plan = turn.run, turn.run.planned
    if plan.exclude_from_latest or run.stays_excluded is not None:
        return None
    name, made_at = ResourceId.parse(run.version_id, IMAGE_VERSION).name, plan.source.created_at
    versions = await list_versions(plan.definition.id)
    await _note_what_was_begun(turn, versions)
    newer = overtaken_by(versions, name, made_at) if plan.is_judged_by_age else None
    if newer is not None:
        return await _step_back(turn, newer)
    for one in to_exclude(versions, name, made_at):
        waits = Later(seconds=SOON_SECONDS, reason=f"version {one.name} is being excluded from latest", code=EXCLUDING)
        if one.id in turn.run.excluded:  # what it was told to be, once, and is not yet: never told again
            return waits
        was_begun = turn.run.excluding == one.id
        await turn.move(partial(_excluding, version_id=one.id))
        said = await _excluded(one.id, lambda version: hides(version, name, made_at))
        if isinstance(said, Later):
            return said
        if said is not None or was_begun:
            await turn.move(partial(_with_excluded, other=one, at=datetime.now(UTC)))
            return waits
        await turn.move(partial(_excluding, version_id=None))
    return None


async def _note_what_was_begun(turn: Turn[StepInput], versions: list[ImageVersion]) -> None:
    """Note a version that is found excluded as it was to be: a worker that excludes it may die before it says so."""
    begun = [one for one in versions if one.id == turn.run.excluding and one.exclude_from_latest]
    for one in begun:
        await turn.move(partial(_with_excluded, other=one, at=datetime.now(UTC)))


async def _step_back(turn: Turn[StepInput], newer: Refusal) -> Later | Refusal:
    """Exclude this version again, of which whoever approved it may have been told that it becomes eligible."""
    question = turn.run.question
    copied = question.copied if question else turn.run.copied
    said = await _excluded(turn.run.version_id, lambda version: copied is not None and not replaced(version, copied))
    if isinstance(said, Later):
        return said
    url, now = said.url if said else None, datetime.now(UTC)
    await turn.move(lambda run: _left_out(run.changed(operation_url=url), newer, now))
    approval = question.approval if question else None
    if approval is not None and approval.told_older is False:
        return _TOLD_OTHERWISE
    return Later(seconds=SOON_SECONDS, reason="the version is being excluded from latest again")


async def _excluded(version_id: str, is_in_the_way: Callable[[ImageVersion], bool]) -> Operation | Later | None:
    """Start excluding a version, if it is still in the way as it is read for that; None where nothing would change."""

    def against(version: ImageVersion | None) -> Refusal | None:
        return None if version is not None and is_in_the_way(version) else _NOT_IN_THE_WAY

    said = await _unless_busy(start_exclusion(version_id, against))
    return None if isinstance(said, Refusal) else said


async def _unless_busy[Started](update: Awaitable[Started]) -> Started | Later:
    """Await the start of an update; where Azure is busy with the version, say when to come again."""
    try:
        return await update
    except ArmRefusedError as error:
        if error.code not in BUSY:
            raise
        return Later(seconds=BUSY_SECONDS, reason=error.message, code=error.code)


async def _authorised(turn: Turn[StepInput]) -> Authorised | Refusal:
    """Say on whose word a version is promoted: somebody's who approved this very one; or, where its source is to stay,
    theirs who had the image migrated, by the run that the record admits, and as long as they have not taken it back.
    """
    run, current = turn.run, settings()
    if run.question is None and run.planned.delete_source is DeleteSource.NEVER and run.copied is not None:
        image = await get_image(run.planned.source.id) if run.before is None else None
        if image is not None and (refusal := taken_back(image, run, current)):
            return refusal
        return Authorised(run.planned, run.version_id, run.copied)
    approved = approved_of(turn.record, datetime.now(UTC), current.approval_validity)
    if isinstance(approved, Refusal):
        return approved
    if refusal := outdated(approved.approval, approved.requesters, current, meaning(blocking(current.block_on))):
        return refusal
    return Authorised(approved.plan, approved.version_id, approved.question.copied, approved.approval.told_older)


def _left_out(run: Run, older: Refusal, at: datetime) -> Run:
    """Note why the version stays out of `latest` for its age."""
    known = run.changed(stays_excluded=older.message).noted(f"the version stays excluded from latest: {older.message}")
    return known.audited(entry(at, "left out of latest", older.message, image_version_id=run.image_version_id))


def _excluding(run: Run, version_id: str | None) -> Run:
    """Note what is about to be excluded: whoever comes next then knows who has done it."""
    return run.changed(excluding=version_id)


def _with_excluded(run: Run, other: ImageVersion, at: datetime) -> Run:
    """Note which version of another migration was taken out of `latest` for its age."""
    told = entry(at, "excluded from latest", "it was made from an older image", image_version_id=other.id)
    known = run.changed(excluded=[*run.excluded, other.id], excluding=None)
    return known.noted(f"version {other.name} was excluded from latest: it was made from an older image").audited(told)


def _promoted(run: Run, operation_url: str | None, older: Refusal | None, at: datetime, *, is_new: bool) -> Run:
    known = run.changed(promoted=True, operation_url=operation_url, replication_since=at)
    if older is not None:
        return _left_out(known, older, at)
    found = "" if is_new else "it was found as it is to be"  # by an earlier run, or by a worker that died before this
    return known.audited(entry(at, "promoted", found, image_version_id=run.image_version_id))
