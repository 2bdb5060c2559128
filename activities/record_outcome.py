"""Step 10: leave on the resources themselves what happened to them. A record that cannot be left fails nothing."""

from datetime import UTC, datetime

from arm.errors import ArmNotFoundError, ArmRefusedError
from arm.tags import merge_tags
from migration.outcome import OutcomeKind
from migration.record import Record
from migration.recording import outcome_tags, status_tags
from migration.settings import settings
from migration.state import MigrationState
from telemetry.measuring import measure_end
from telemetry.tracing import emit_root


class Recorded(Record):
    """Which resources could not be tagged, and why."""

    notes: list[str]


async def record_outcome(state: MigrationState) -> Recorded:
    """Tag the version with who approved and when, and a surviving source with how its migration ended."""
    measure_end(state)
    emit_root(state, datetime.now(UTC))
    notes = []
    if state.image_version_id is not None:
        notes += await _tag(state.image_version_id, outcome_tags(state))
    tags = status_tags(state, settings().tag)
    if tags and state.outcome is not None and state.outcome.kind is not OutcomeKind.MIGRATED:
        notes += await _tag(state.start.source_image_id, tags)
    return Recorded(notes=notes)


async def _tag(resource_id: str, tags: dict[str, str]) -> list[str]:
    try:
        await merge_tags(resource_id, tags)
    except (ArmNotFoundError, ArmRefusedError) as error:
        return [f"{resource_id} could not be tagged: {error}"]
    return []
