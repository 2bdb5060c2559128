"""Step 8: let an approved version become `latest`, where that was asked for."""

from datetime import UTC, datetime

from arm.versions import start_promotion
from migration.approval.admission import outdated
from migration.approval.deletion import approval_refusal
from migration.approval.verdict import Reference
from migration.asking.settings import settings
from migration.promise.promise import copy_refusal
from migration.resources.gallery import ImageVersion
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
    if refusal is not None or record is None or record.question is None or record.question.approval is None:
        return refusal
    question = record.question
    if refusal := outdated(record.question.approval, current):
        return refusal

    def against(version: ImageVersion | None) -> Refusal | None:
        return copy_refusal(version, question.plan, question.copied)

    # What may become the last copy is protected by Azure itself: its regions, and on request until its end of life.
    safety = {"allowDeletionOfReplicatedLocations": False}
    safety |= {"blockDeletionBeforeEndOfLife": True} if question.plan.protect else {}
    version_id, excluded = question.copied.image_version_id, question.plan.exclude_from_latest
    return await start_promotion(version_id, against, excluded=excluded, safety=safety)
