"""The emergency stop: a cancel and the sending of a delete are one swap of the record, so only one of them happens."""

from datetime import UTC, datetime

import azure.durable_functions as df

from migration import names
from migration.approval.image_record import cancelled
from migration.asking.settings import has_storage, settings
from migration.values.answer import Refusal
from records.store import change
from triggers.steering import hub

LONGEST_REASON = 1_000


async def cancel(client: df.DurableFunctionsClient, migration: hub.Migration, reason: str) -> bool:
    """Cancel a live migration and wake it; False where a delete has been sent."""
    source, run = migration.status.source_image_id, migration.run
    if has_storage(settings()):
        now = datetime.now(UTC)
        result = await change(migration.id, lambda record: cancelled(record, source, now, run))
        if isinstance(result, Refusal):
            return False
    await hub.wake(client, migration.id, names.CANCEL_EVENT, {"reason": reason[:LONGEST_REASON]})
    return True
