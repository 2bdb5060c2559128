"""Step 9: delete the source, on the strength of the record and of what Azure says now.

In this order: what takes long (who uses it), the swap after which no cancel counts, the copy and the source, DELETE.
"""

import uuid
from datetime import UTC, datetime

from arm.errors import ArmNotFoundError, ArmRefusedError, ArmUnavailableError
from arm.evidence import find_uses, with_copy
from arm.images import start_delete
from migration.approval.admission import outdated
from migration.approval.deletion import answered, approval_refusal, delete_sent, withheld
from migration.approval.image_record import ImageRecord, Question
from migration.approval.verdict import Reference, Sent
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings, settings
from migration.promise.promise import promise_refusal, scan_refusal, use_refusal
from migration.promise.withdrawal import withdrawn
from migration.values.answer import Refusal
from records.store import Held, change, hold

FIRST_LOOK_SECONDS = 5.0
_SOMEBODY_ELSE = Refusal(code="SourceGone", message="")  # deleted it, before this app did


async def delete_source_image(migration: Reference) -> Sent | Refusal:
    """Send the delete; a broken promise is a refusal. What became of it, `confirm_delete` sees.

    Sent again after a crash, or by two workers at once, it is the same delete of the same image: everything is checked
    again, and Azure takes a second one as the first.
    """
    current = settings()
    held = await hold(migration.id)
    record = held.record
    if record is not None and record.question is not None and _is_answered(record.question):
        return Sent(seconds=FIRST_LOOK_SECONDS)
    refusal = _not_allowed(record, current)
    if refusal is not None or record is None or record.question is None:
        return refusal or Refusal(code="NotApproved", message="nobody has approved the delete")
    question, begun_at = record.question, datetime.now(UTC)
    consumers, locks = await find_uses(question.plan.source.id, question.copied, begun_at)
    refusal = use_refusal(consumers, locks) or scan_refusal(begun_at, datetime.now(UTC))
    if refusal is not None:
        return refusal
    attempt = uuid.uuid4().hex
    sent = await change(
        held, lambda now: delete_sent(now, question.id, attempt, datetime.now(UTC), current.approval_validity)
    )
    if isinstance(sent, Refusal):
        return sent
    refusal = await _last_look(question, begun_at, current)
    if refusal is None:
        return await _send(held, question)
    why = refusal
    await change(held, lambda now: withheld(now, question.id, attempt, why))
    return Sent(seconds=0)


def _is_answered(question: Question) -> bool:
    return question.deletion is not None and question.deletion.answered


def _not_allowed(record: ImageRecord | None, current: Settings) -> Refusal | None:
    if current.signing_key is None:
        return Refusal(code="SigningKeyMissing", message="MIGRATION_SIGNING_KEY is not set: nothing is deleted")
    if record is not None and record.question and record.question.plan.delete_source is DeleteSource.NEVER:
        return Refusal(code="NotApproved", message="nobody was asked whether the source may be deleted")
    refusal = approval_refusal(record, datetime.now(UTC), current.approval_validity)
    approval = record.question.approval if record is not None and record.question else None
    return refusal or (outdated(approval, current) if approval else None)


async def _last_look(question: Question, begun_at: datetime, current: Settings) -> Refusal | None:
    """Read copy and source last; say why the delete must not be sent after all, or None."""
    evidence = await with_copy(question.plan.source.id, question.copied, [], [])
    refusal = promise_refusal(evidence, question) or scan_refusal(begun_at, datetime.now(UTC))
    if refusal is not None:
        return refusal
    return withdrawn(evidence.image, question.start, current) if evidence.image else _SOMEBODY_ELSE


async def _send(held: Held, question: Question) -> Sent:
    """Delete. From here on only a look at the image tells what is true."""
    try:
        operation = await start_delete(question.plan.source.id)
    except ArmUnavailableError:
        return Sent(seconds=FIRST_LOOK_SECONDS)  # it may have been carried out
    except (ArmRefusedError, ArmNotFoundError) as error:
        await _note(held, question, code=error.code, message=error.message)
        return Sent(seconds=0)
    await _note(held, question, operation_url=operation.url)
    return Sent(seconds=operation.seconds)


async def _note(held: Held, question: Question, **answer: object) -> None:
    await change(held, lambda now: answered(now, question.id, **answer))
