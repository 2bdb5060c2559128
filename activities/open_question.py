"""Step 6: opens the question in the record. No plan is taken from the orchestration: its key opens it to writing."""

import secrets
from datetime import UTC, datetime

from arm.planning import draw_up_plan
from arm.versions import find_version
from migration.approval.copy_identity import identify
from migration.approval.image_record import Question
from migration.approval.opening import opened
from migration.approval.verdict import Opened
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings, has_storage, settings
from migration.asking.start import MigrationStart, trusted_start
from migration.course.state import MigrationState
from migration.plan.plan import Plan
from migration.promise.promise import copy_refusal
from migration.values.answer import Refusal
from records.store import change
from telemetry.measuring import measure_replication


async def open_question(state: MigrationState) -> Opened | Refusal:
    """Plan again from the signed start and from Azure, look at the copy that is there, and ask about that one."""
    current = settings()
    start = trusted_start(state.start, current)
    plan = await _planned(start)
    if isinstance(plan, Refusal):
        return plan
    measure_replication(state)
    version_id = plan.image_version_id
    if plan.delete_source is DeleteSource.NEVER and plan.exclude_from_latest:
        return Opened(needed=False, image_version_id=version_id)
    unable = _unable(current)
    return unable or await _ask(start, plan, current)


async def _planned(start: MigrationStart) -> Plan | Refusal:
    result = await draw_up_plan(start, written=True)
    if result.plan is None:
        reason = "; ".join(f"{problem.field}: {problem.message}" for problem in result.problems)
        return Refusal(code="PlanProblems", message=f"planned again before asking: {reason}")
    if not result.plan.adopt_version:
        return Refusal(code="VersionNotFound", message="there is no image version of this migration any more")
    return result.plan


def _unable(current: Settings) -> Refusal | None:
    """Say why nothing could come of an approval."""
    if current.signing_key is None:
        message = "MIGRATION_SIGNING_KEY is not set: without it nothing is promoted or deleted"
        return Refusal(code="SigningKeyMissing", message=message)
    if not has_storage(current):
        message = "the app has no storage account for its records: without them nothing is promoted or deleted"
        return Refusal(code="RecordsMissing", message=message)
    return None


async def _ask(start: MigrationStart, plan: Plan, current: Settings) -> Opened | Refusal:
    version = await find_version(plan.image_version_id)
    refusal = copy_refusal(version, plan)
    if refusal is not None or version is None:
        return refusal or Refusal(code="VersionNotFound", message="the image version no longer exists")
    copied = identify(version, plan.source)
    if isinstance(copied, Refusal):
        return copied
    now = datetime.now(UTC)
    question = Question(
        id=secrets.token_urlsafe(24),
        callback=secrets.token_urlsafe(24),
        start=start,
        plan=plan,
        copied=copied,
        asked_at=now,
        expires_at=now + current.approval_expiry,
    )
    result = await change(start.id, lambda record: opened(record, question))
    if isinstance(result, Refusal):
        return result
    asked = result.question or question
    return Opened(image_version_id=version.id, asked_at=asked.asked_at, expires_at=asked.expires_at)
