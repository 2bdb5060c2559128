"""Step 8: let an approved version become `latest`, where that was asked for."""

from datetime import UTC, datetime

from activities.admitting import Turn
from arm.resources.versions import start_promotion
from arm.transport.errors import BUSY, BUSY_SECONDS, ArmRefusedError
from migration.approval.admission import outdated
from migration.asking.settings import settings
from migration.course.steps import StepInput
from migration.promise.checks import meaning
from migration.promise.rules import copy_refusal, lost
from migration.record.asked import approved_of
from migration.record.audit import entry
from migration.record.run import Run
from migration.resources.gallery import ImageVersion
from migration.resources.states import ProvisioningState
from migration.values.answer import Later, Refusal


async def promote_image_version(turn: Turn[StepInput]) -> Later | Refusal | None:
    """Start the update of the very version that was approved, once; nothing to do where it is as it is to be."""
    if turn.run.promoted:
        return None
    current = settings()
    approved = approved_of(turn.record, datetime.now(UTC), current.approval_validity)
    if isinstance(approved, Refusal):
        return approved
    if refusal := outdated(approved.approval, approved.requesters, current, meaning()):
        return refusal
    changing = False

    def against(version: ImageVersion | None) -> Refusal | None:
        nonlocal changing
        changing = version is not None and version.provisioning_state == ProvisioningState.UPDATING
        copied = approved.question.copied
        return copy_refusal(version, approved.plan, copied) if version else lost(copied.image_version_id)

    # What may become the last copy is protected by Azure itself: its regions, and on request until its end of life.
    safety = {"allowDeletionOfReplicatedLocations": False}
    safety |= {"blockDeletionBeforeEndOfLife": True} if approved.plan.protect else {}
    try:
        started = await start_promotion(
            approved.version_id, against, excluded=approved.plan.exclude_from_latest, safety=safety
        )
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


def _promoted(run: Run, operation_url: str | None, at: datetime, *, is_new: bool) -> Run:
    known = run.changed(promoted=True, operation_url=operation_url, replication_since=at)
    return known.audited(entry(at, "promoted", image_version_id=run.image_version_id)) if is_new else known
