"""Keeps the list of migrations current: whenever one changes its phase. What became of it is kept beside the list."""

from datetime import UTC, datetime

from migration.approval.image_record import ImageRecord, new_record
from migration.asking.settings import has_storage, settings
from migration.course.state import MigrationState, Status
from migration.values.outcome import Phase
from records.index import note
from records.runs import Run, keep
from records.store import change


async def note_progress(state: MigrationState) -> None:
    """Write the row of this migration's image and, at the end, what became of this run."""
    if not has_storage(settings()):
        return
    now = datetime.now(UTC)
    record = await change(state.start.id, lambda found: found or new_record(state.start.source_image_id, now))
    if isinstance(record, ImageRecord):
        await note(record, Status.of(state), now)
        if state.phase is Phase.DONE:
            await keep(state.start.id, Run.of(state, now))
