"""Step 8: let a version become eligible as `latest`, where that was asked for, once it was approved or need not be."""

from datetime import UTC, datetime
from typing import NamedTuple

from activities.admitting import Turn
from arm.resources.images import get_image
from arm.resources.versions import start_promotion
from arm.transport.errors import BUSY, BUSY_SECONDS, ArmRefusedError
from migration.approval.admission import outdated
from migration.asking.reading import settings
from migration.asking.request import DeleteSource
from migration.course.steps import StepInput
from migration.course.wishes import taken_back
from migration.plan.plan import Plan
from migration.promise.checks import meaning
from migration.promise.rules import copy_refusal, lost
from migration.record.asked import approved_of
from migration.record.audit import entry
from migration.record.run import Run
from migration.resources.copy_identity import CopyIdentity
from migration.resources.gallery import ImageVersion
from migration.resources.states import ProvisioningState
from migration.values.answer import Later, Refusal


class Authorised(NamedTuple):
    """What may be promoted, and as which version it was verified."""

    plan: Plan
    version_id: str
    copied: CopyIdentity


async def promote_image_version(turn: Turn[StepInput]) -> Later | Refusal | None:
    """Start the update of this very version, once; nothing to do where it is as it is to be."""
    if turn.run.promoted:
        return None
    authorised = await _authorised(turn)
    if isinstance(authorised, Refusal):
        return authorised
    plan, version_id, copied = authorised
    changing = False

    def against(version: ImageVersion | None) -> Refusal | None:
        nonlocal changing
        changing = version is not None and version.provisioning_state == ProvisioningState.UPDATING
        return copy_refusal(version, plan, copied) if version else lost(version_id)

    # What may become the last copy is protected by Azure itself: its regions, and on request until its end of life.
    safety = {"allowDeletionOfReplicatedLocations": False}
    safety |= {"blockDeletionBeforeEndOfLife": True} if plan.protect else {}
    try:
        started = await start_promotion(version_id, against, excluded=plan.exclude_from_latest, safety=safety)
    except ArmRefusedError as error:
        if error.code not in BUSY:
            raise
        return Later(seconds=BUSY_SECONDS, reason=error.message, code=error.code)
    if isinstance(started, Refusal):
        busy = Later(seconds=BUSY_SECONDS, reason="the image version is being updated")
        return busy if changing and started.code == "ReplicationIncomplete" else started
    await turn.move(
        lambda run: _promoted(run, started.url if started else None, datetime.now(UTC), is_new=bool(started))
    )
    return None


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
    if refusal := outdated(approved.approval, approved.requesters, current, meaning()):
        return refusal
    return Authorised(approved.plan, approved.version_id, approved.question.copied)


def _promoted(run: Run, operation_url: str | None, at: datetime, *, is_new: bool) -> Run:
    known = run.changed(promoted=True, operation_url=operation_url, replication_since=at)
    return known.audited(entry(at, "promoted", image_version_id=run.image_version_id)) if is_new else known
