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
from migration.course.wishes import taken_back, withdrawn
from migration.plan.destination.marketplace import lineage_refusal
from migration.promise.rules import copy_refusal, lost
from migration.record.asked import allowed_by
from migration.record.asking import opened, promoting_unasked
from migration.record.question import Question
from migration.record.run import Run
from migration.resources.copy_identity import CopyIdentity, identify
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
    first = run.soak.copied if run.soak else run.copied
    refusal = copy_refusal(version, run.planned, first) or lineage_refusal(run.planned, version.lineage)
    if refusal is not None:
        return refusal
    run = await turn.move(lambda known: stored_as_made(known, version))
    measure_replication(run)
    asks = run.planned.delete_source is not DeleteSource.NEVER
    if not asks and run.planned.exclude_from_latest:
        await turn.end(kept_as_asked(run))
        return None
    if refusal := _unwished(turn, image, current):
        return refusal
    copied = identify(version, image, turn.record.copies)
    if isinstance(copied, Refusal):
        return copied
    if not asks:
        await turn.move(lambda known: promoting_unasked(known, copied, datetime.now(UTC)))
        return None
    question = _new_question(run, image, copied, current)
    await turn.move(lambda known: opened(known, question))
    return None


def _new_question(run: Run, image: ManagedImage, copied: CopyIdentity, current: Settings) -> Question:
    """Return a new question. Of a plan with a soak, the first is about the version, and the one after it the delete."""
    now, soak, is_locked = datetime.now(UTC), run.soak, _is_locked(image, current)
    allows = allowed_by(run.planned, is_soaked=soak is not None)
    return Question(
        id=secrets.token_urlsafe(24),
        callback=secrets.token_urlsafe(24),
        copied=copied,
        fingerprint=tag_fingerprint(image.tags, current.tag),
        allows=[one for one in allows if one is not Decision.APPROVE or not is_locked],
        asked_at=now,
        expires_at=now + current.approval_expiry,
        precedes_soak=bool(run.planned.soak) and soak is None and not is_locked,
        soaked_since=soak.began_at if soak else None,
    )


def _unwished(turn: Turn[StepInput], image: ManagedImage, current: Settings) -> Refusal | None:
    """Say that what is about to be asked is not wished for any more; after a soak that is all that a delete obeys."""
    run = turn.run
    if run.soak is None:
        return taken_back(image, run, current)
    fingerprint = run.question.fingerprint if run.question else tag_fingerprint(image.tags, current.tag)
    return withdrawn(image, run, fingerprint, turn.record.answered, current)


def _is_locked(image: ManagedImage, current: Settings) -> bool:
    """Tell whether the source may not go: `never` is a lock wherever it stands, also since the plan was made."""
    locked = lock_on_image(image.id, image.tags, current.tag)
    return current.delete_source is DeleteSource.NEVER or locked is not None
