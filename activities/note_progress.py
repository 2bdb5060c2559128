"""Keeps the list of migrations current: a migration that changes its phase writes its row anew."""

from datetime import UTC, datetime

from migration.approval.image_record import ImageRecord, new_record
from migration.asking.settings import has_storage, settings
from migration.course.state import MigrationState, Status
from records.index import note
from records.store import change


async def note_progress(state: MigrationState) -> None:
    """Write the row of this migration's image."""
    if not has_storage(settings()):
        return
    now = datetime.now(UTC)
    record = await change(state.start.id, lambda found: found or new_record(state.start.source_image_id, now))
    if isinstance(record, ImageRecord):
        await note(record, Status.of(state), now)
