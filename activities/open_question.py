"""Steps 5 and 6: the version holds what the plan promised, in every region, and the question about it is opened."""

import secrets
from datetime import UTC, datetime

from activities.admitting import Turn
from arm.resources.images import get_image
from arm.resources.versions import get_version
from migration.approval.approval import Decision
from migration.asking.delete_lock import lock_on_image
from migration.asking.reading import settings
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.asking.tags import tag_fingerprint
from migration.course.endings import kept_as_asked
from migration.course.steps import StepInput
from migration.course.storage import stored_as_made
from migration.course.wishes import taken_back
from migration.plan.destination.marketplace import lineage_refusal
from migration.promise.rules import copy_refusal, lost
from migration.record.asked import allowed_by
from migration.record.asking import opened, promoting_unasked
from migration.record.question import Question
from migration.record.run import Run
from migration.resources.copy_identity import identify
from migration.resources.image import ManagedImage
from migration.values.answer import Refusal
from telemetry.measuring import measure_replication


async def open_question(turn: Turn[StepInput]) -> Refusal | None:
    """Ask about the copy that is there. Where the source is to stay there is nothing to ask: whoever had the image
    migrated wants the version used, unless it was to stay out of `latest`.

    The tags as they are now are what the answer is about: changed since the run began, they are another wish, also
    where somebody has it asked anew. A run that asks again was asked for by whoever did, with the tags as they are.
    """
    run, current = turn.run, settings()
    image = await get_image(run.planned.source.id)
    if image is None:
        message = f"there is no managed image {run.planned.source.id} any more"
        return Refusal(code="SourceNotFound", message=message, absent=run.planned.source.id)
    version = await get_version(run.version_id, with_replication=True)
    if version is None:
        return lost(run.version_id)
    refusal = copy_refusal(version, run.planned, run.copied) or lineage_refusal(run.planned, version.lineage)
    if refusal is not None:
        return refusal
    run = await turn.move(lambda known: stored_as_made(known, version))
    measure_replication(run)
    asks = run.planned.delete_source is not DeleteSource.NEVER
    if not asks and run.planned.exclude_from_latest:
        await turn.end(kept_as_asked(run))
        return None
    if refusal := taken_back(image, run, current):
        return refusal
    copied = identify(version, image, turn.record.copies)
    if isinstance(copied, Refusal):
        return copied
    if not asks:
        await turn.move(lambda known: promoting_unasked(known, copied, datetime.now(UTC)))
        return None
    now = datetime.now(UTC)
    question = Question(
        id=secrets.token_urlsafe(24),
        callback=secrets.token_urlsafe(24),
        copied=copied,
        fingerprint=tag_fingerprint(image.tags, current.tag),
        allows=_allowed(run, image, current),
        asked_at=now,
        expires_at=now + current.approval_expiry,
    )
    await turn.move(lambda known: opened(known, question))
    return None


def _allowed(run: Run, image: ManagedImage, current: Settings) -> list[Decision]:
    """Return what may be decided. `never` is a lock wherever it stands, also since the plan was made."""
    locked = current.delete_source is DeleteSource.NEVER or lock_on_image(image.id, image.tags, current.tag)
    return [one for one in allowed_by(run.planned) if one is not Decision.APPROVE or not locked]
