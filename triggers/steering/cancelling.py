"""The emergency stop: a cancel and the sending of a delete are one swap of the record, so only one of them happens."""

from datetime import UTC, datetime
from typing import NamedTuple

import azure.durable_functions as df

from migration import names
from migration.approval.closing import cancelled
from migration.approval.image_record import Question
from migration.asking.settings import has_storage, settings
from migration.values.answer import Refusal
from records.store import Held, change
from triggers.steering import hub

LONGEST_REASON = 1_000


class Target(NamedTuple):
    """What is to be cancelled: one run of the migrations of an image, which may have ended without its question."""

    id: str
    source_image_id: str
    run: str
    is_live: bool

    @classmethod
    def of(cls, migration: hub.Migration) -> "Target":
        return cls(migration.id, migration.status.source_image_id, migration.run, migration.is_live)

    @classmethod
    def asking(cls, question: Question, *, is_live: bool) -> "Target":
        return cls(question.start.id, question.plan.source.id, question.start.run, is_live)


async def cancel(client: df.DurableFunctionsClient, target: Target, reason: str, held: Held) -> bool:
    """Cancel, and wake what is live; False where a delete has been sent, or nothing is left to cancel."""
    if has_storage(settings()):
        now = datetime.now(UTC)
        result = await change(
            held,
            lambda record: cancelled(record, target.source_image_id, now, target.run, is_live=target.is_live),
        )
        if isinstance(result, Refusal):
            return False
    elif not target.is_live:
        return False
    if target.is_live:
        await hub.wake(client, target.id, names.CANCEL_EVENT, {"reason": reason[:LONGEST_REASON]})
    return True
