"""The very end: remember what was answered, and see whether the image has been wished something new meanwhile."""

import uuid
from datetime import UTC, datetime

from arm.errors import ArmRefusedError
from arm.images import get_image
from migration.approval.image_record import Answered, ImageRecord, new_record
from migration.approval.opening import next_start_at
from migration.asking.settings import has_storage, settings
from migration.asking.start import MigrationStart, signed_start
from migration.course.starting import Requester, is_news, start_by_tags
from migration.course.state import MigrationState
from migration.resources.image import ManagedImage
from migration.values.outcome import OutcomeKind
from migration.values.record import Record
from records.store import change

WHOEVER = Requester("whoever changed the tag or the image while an earlier migration ran")


class News(Record):
    """What to go on with: the start of what the image's tags ask for now, or nothing."""

    start: MigrationStart | None = None


async def look_for_news(state: MigrationState) -> News:
    """Events that came while the migration ran were not news to it: what they said is read from the image now."""
    image = None if _was_asked_for_and_is_gone(state) else await _image(state.start.source_image_id)
    answered, record = await _remember(state, image)
    if image is None:
        return News()
    current = settings()
    start = start_by_tags(image, WHOEVER, current)
    if start is None or not is_news(start, image, answered, current):
        return News()
    return News(start=signed_start(start, uuid.uuid4().hex, next_start_at(record, datetime.now(UTC)), current))


def _was_asked_for_and_is_gone(state: MigrationState) -> bool:
    """No tag asked for it, and the image has just been seen gone: if one comes back tagged, its own event tells."""
    gone = state.outcome is not None and state.outcome.kind is OutcomeKind.MIGRATED
    return gone and state.start.asked_by == "request"


async def _image(source_image_id: str) -> ManagedImage | None:
    try:
        return await get_image(source_image_id)
    except ArmRefusedError:
        return None


async def _remember(state: MigrationState, image: ManagedImage | None) -> tuple[Answered, ImageRecord | None]:
    """Write what this migration answered: of which content, as far as it came to know it. Returns the record, too."""
    known = state.plan.source if state.plan else image
    content = (
        state.plan.source.content if state.plan else state.start.source_content or (image.content if image else "")
    )
    shape = known.shape if known and known.content == content else ""
    deleted = state.outcome is not None and state.outcome.kind is OutcomeKind.MIGRATED
    answered = Answered(fingerprint=state.start.fingerprint, content=content, shape=shape, deleted=deleted)
    if not has_storage(settings()):
        return answered, None
    now, source = datetime.now(UTC), state.start.source_image_id
    record = await change(state.start.id, lambda known: _with(known or new_record(source, now), answered))
    return answered, record if isinstance(record, ImageRecord) else None


def _with(record: ImageRecord, answered: Answered) -> ImageRecord:
    return record.model_copy(update={"answered": answered})
