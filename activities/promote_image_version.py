"""Step 8: let an approved version become `latest`, where that was asked for."""

from datetime import UTC, datetime

from arm.versions import get_version, start_version_update
from migration.approval.image_record import Question, approval_refusal
from migration.approval.verdict import Reference
from migration.asking.settings import settings
from migration.promise.promise import copy_refusal
from migration.resources.operation import Operation
from migration.values.answer import Refusal
from records.store import load


async def promote_image_version(migration: Reference) -> Operation | Refusal | None:
    """Start the update of the very version that was approved; None where it is not excluded from `latest` any more."""
    current = settings()
    if current.signing_key is None:
        return Refusal(code="SigningKeyMissing", message="MIGRATION_SIGNING_KEY is not set: nothing is promoted")
    record = await load(migration.id)
    refusal = approval_refusal(record, datetime.now(UTC), current.approval_validity)
    if refusal is not None or record is None or record.question is None:
        return refusal
    question = record.question
    version = await get_version(question.copied.image_version_id, with_replication=True)
    refusal = copy_refusal(version, question.plan, question.copied)
    return refusal or await _promote(question)


async def _promote(question: Question) -> Operation | None:
    """What may become the last copy is protected by Azure itself: its regions, and on request until its end of life."""
    plan = question.plan
    protection = {"allowDeletionOfReplicatedLocations": False}
    protection |= {"blockDeletionBeforeEndOfLife": True} if plan.protect else {}
    latest = None if plan.exclude_from_latest else False
    return await start_version_update(question.copied.image_version_id, exclude_from_latest=latest, safety=protection)
