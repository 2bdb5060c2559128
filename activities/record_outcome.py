"""Step 10: close the question, and leave on the resources themselves what happened. None of it fails anything."""

from datetime import UTC, datetime

from arm.errors import ArmNotFoundError, ArmRefusedError
from arm.images import get_image
from arm.remaining import find_remaining
from arm.tags import merge_tags
from arm.versions import get_version
from migration.approval.closing import abandoned
from migration.approval.image_record import Question
from migration.asking.settings import has_storage, settings
from migration.asking.start import trusted_start
from migration.course.recording import outcome_tags, status_tags
from migration.course.state import MigrationState
from migration.plan.destination.numbering import made_by
from migration.values.outcome import OutcomeKind
from migration.values.record import Record
from records.store import change, hold
from telemetry.measuring import measure_end
from telemetry.tracing import emit_root


class Recorded(Record):
    """Which resources could not be tagged, and why; and what stays behind, where that was looked at."""

    notes: list[str]
    left_behind: list[str] | None = None


async def record_outcome(state: MigrationState) -> Recorded:
    """Tag the version with who approved and when, and a surviving source with how its migration ended."""
    question = await _closed(state)
    measure_end(state)
    emit_root(state, datetime.now(UTC))
    notes = []
    if question is not None:
        tags = outcome_tags(state.outcome, question.approval, question.decided_at)
        notes += await _tag(question.copied.image_version_id, tags)
    elif await _is_ours(state):
        notes += await _tag(state.version_id, outcome_tags(state.outcome, None, None))
    tags = status_tags(state, settings().tag)
    if tags and state.outcome is not None and state.outcome.kind is not OutcomeKind.MIGRATED:
        notes += await _tag_source(state, tags)
    return Recorded(notes=notes, left_behind=await find_remaining(state))


async def _tag_source(state: MigrationState, tags: dict[str, str]) -> list[str]:
    """Tag the source, unless it is another image now: that one's migration is still to come."""
    known = state.plan.source.content if state.plan else state.start.source_content
    try:
        image = await get_image(state.start.source_image_id)
    except ArmRefusedError:
        image = None
    if image is None or (known and image.content != known):
        return []
    return await _tag(image.id, tags)


async def _closed(state: MigrationState) -> Question | None:
    """Close this migration's question, so that no answer to it counts any more; returns it, if there was one.

    Its start is spent all the same: whoever kept it cannot have anything asked in its name.
    """
    if not has_storage(settings()):
        return None
    held = await hold(state.start.id)
    record = held.record
    if record is None:
        return None
    started_at = trusted_start(state.start, settings()).started_at
    asked = record.question.id if record.question else ""
    await change(held, lambda now: abandoned(now or record, asked, datetime.now(UTC)).settled(started_at))
    if record.question is None:
        return None
    return record.question if record.question.start.run == state.start.run else None


async def _is_ours(state: MigrationState) -> bool:
    """Tell whether the version in the state is one that this migration made: anyone may write a state."""
    if state.image_version_id is None:
        return False
    try:
        version = await get_version(state.image_version_id)
    except ArmRefusedError:
        return False
    return version is not None and made_by(version, state.start.id)


async def _tag(resource_id: str, tags: dict[str, str]) -> list[str]:
    try:
        await merge_tags(resource_id, tags)
    except (ArmNotFoundError, ArmRefusedError) as error:
        return [f"{resource_id} could not be tagged: {error}"]
    return []
