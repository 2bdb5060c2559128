"""The emergency stop: a cancel and the sending of a delete are one swap of the record, so only one of them happens."""

from datetime import UTC, datetime

from hub.task_hub import TaskHub
from migration import names
from migration.course.endings import cancel_reason
from migration.record.closing import cancelled
from migration.record.image_record import NO_RECORD, ImageRecord
from migration.values.answer import Refusal
from records.store import Held
from steering.runs.changing import change_record
from steering.runs.looking_after import look_after_if_possible, wake


async def cancel_run(held: Held, run_id: str, reason: object) -> Refusal | None:
    """Cancel one run, and no other; a refusal where a delete may have been sent, or nothing is left to cancel."""

    def step(record: ImageRecord | None) -> ImageRecord | Refusal:
        return cancelled(record, run_id, cancel_reason(reason), datetime.now(UTC)) if record else NO_RECORD

    result = await change_record(held, step)
    return result if isinstance(result, Refusal) else None


async def cancel(hub: TaskHub, held: Held, run_id: str, reason: object) -> Refusal | None:
    """Cancel a run, and have its orchestration see to the rest; one that was ended from outside is started for that."""
    refusal = await cancel_run(held, run_id, reason)
    if refusal is None and await look_after_if_possible(hub, held):
        await wake(hub, held.migration_id, names.CANCEL_EVENT)
    return refusal
