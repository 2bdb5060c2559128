"""Keeps the list of migrations current: whenever one changes its phase. What became of it is kept beside the list."""

from datetime import UTC, datetime

from migration.approval.image_record import ImageRecord, new_record
from migration.asking.settings import has_storage, settings
from migration.asking.start import trusted_start
from migration.course.audit import confirmed
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
        known = _as_known(state, record)
        await note(record, Status.of(known), now)
        if state.phase is Phase.DONE:
            await keep(state.start.id, Run.of(known, now))


def _as_known(state: MigrationState, record: ImageRecord) -> MigrationState:
    """Return the state without what it says of people and nobody can vouch for: who asked, and who decided."""
    decision = record.decision_on(state.start.run)
    known = {
        "start": trusted_start(state.start, settings()) if settings().signing_key else state.start,
        "approval": decision.approval if decision else None,
        "decided_at": decision.at if decision else None,
        "audit": confirmed(state.audit, record.decisions),
    }
    return state.model_copy(update=known)
