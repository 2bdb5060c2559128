"""Asking: how a question is opened in the record, and the wish to have it asked anew."""

from datetime import UTC, datetime, timedelta

from migration.approval.image_record import (
    DELETE_IS_QUICK,
    LIVE,
    ImageRecord,
    Question,
    Stage,
    new_record,
)
from migration.asking.start import MigrationStart
from migration.values.answer import Refusal


def next_start_at(record: ImageRecord | None, now: datetime) -> datetime:
    """Return when a new start of this image begins: after the last settlement, whatever the clocks of workers say."""
    settled = record.settled_at if record else None
    return max(now, settled + timedelta(microseconds=1)) if settled else now


def opened(record: ImageRecord | None, question: Question) -> ImageRecord | Refusal:
    """Ask; a step that runs again finds its own question. A newer start replaces an older one's question."""
    start, now = question.start, question.asked_at
    base = record or new_record(start.source_image_id, now)
    current = base.question
    if current is not None and current.start.run == start.run and current.stage in {Stage.OPEN, Stage.APPROVED}:
        if current.copied == question.copied:
            return base
        if current.stage is Stage.OPEN:
            return _asking(base, question)
    late = base.settled_at is not None and (start.started_at is None or start.started_at <= base.settled_at)
    if late or (start.run and start.run == base.cancelled_run):
        message = "what this migration would ask has been settled since it was started: ask again"
        return Refusal(code="QuestionSettled", message=message)
    if current is None or current.stage not in LIVE:
        return _asking(base, question)
    if current.stage is Stage.DELETE_SENT and now - _sent_at(current) < DELETE_IS_QUICK:
        return Refusal(code="DeleteUnderWay", message="a delete of this image was sent a moment ago")
    if not _is_newer(start, current.start):
        return Refusal(code="QuestionOpen", message="a newer migration of this image is asking already")
    return _asking(base, question)


def _asking(record: ImageRecord, question: Question) -> ImageRecord:
    again = None if record.again and record.again.run == question.start.run else record.again
    return record.model_copy(update={"question": question, "again": again})


def _is_newer(start: MigrationStart, other: MigrationStart) -> bool:
    return other.started_at is None or (start.started_at is not None and start.started_at > other.started_at)


def asked_anew(record: ImageRecord | None, start: MigrationStart, *, is_live: bool = True) -> ImageRecord | Refusal:
    """Note the wish to be asked again. One at a time: whoever comes second within a minute is told so.

    What is being carried out (`is_live`) is not asked again; an approval whose migration has ended is void then.
    """
    at = start.started_at or datetime.min.replace(tzinfo=UTC)
    base = record or new_record(start.source_image_id, at)
    if base.again is not None and base.again.run == start.run:
        return base
    waiting = base.again.started_at if base.again else None
    if waiting is not None and at - waiting < timedelta(minutes=1):
        return Refusal(code="AskedAlready", message="it was asked again a moment ago")
    question = base.question
    if is_live and question is not None and question.stage in {Stage.APPROVED, Stage.DELETE_SENT}:
        return Refusal(code="AlreadyApproved", message="it was approved, and is being carried out")
    if question is not None and question.stage in {Stage.OPEN, Stage.APPROVED}:
        base = base.stands(Stage.REPLACED).settled(at - timedelta(microseconds=1))
    return base.model_copy(update={"again": start})


def _sent_at(question: Question) -> datetime:
    return question.deletion.sent_at if question.deletion else question.asked_at
