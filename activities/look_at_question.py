"""Step 7: what the record says of the question. Events only wake; one with the question's token may decide, too."""

import json
import logging
import secrets
from datetime import UTC, datetime

from migration.approval.admission import Decider, admit
from migration.approval.approval import Approval, ApprovalEvent
from migration.approval.closing import cancelled, decided, expired
from migration.approval.image_record import ImageRecord, Question, Stage
from migration.approval.verdict import Look, Verdict
from migration.asking.settings import settings
from migration.course.audit import decision_record
from migration.promise.checks import NOT_SHOWN
from migration.values.answer import Refusal
from migration.values.ids import same_id
from records.store import Held, change, hold_if_kept

_LOG = logging.getLogger(__name__)
_KINDS = {
    Stage.OPEN: "open",
    Stage.APPROVED: "approved",
    Stage.REJECTED: "rejected",
    Stage.CANCELLED: "cancelled",
    Stage.EXPIRED: "expired",
}


async def look_at_question(look: Look) -> Verdict:
    """Let an answer or a cancel count if it may, close what has expired, and say how things stand."""
    held = await hold_if_kept(look.id)
    if look.cancel is not None:
        return await _cancel(held, look.cancel)
    record = held.record
    if record is None or record.question is None:
        return Verdict(kind="none")
    ignored = await _decide(look.event, record.question, held) if look.event else None
    result = await change(held, lambda now: expired(now or record, datetime.now(UTC)))
    return _verdict(result if isinstance(result, ImageRecord) else record, ignored)


async def _cancel(held: Held, run: str) -> Verdict:
    if held.record is None:
        return Verdict(kind="cancelled")  # nothing was ever asked, and the orchestration ends
    source, at = held.record.source_image_id, datetime.now(UTC)
    result = await change(held, lambda now: cancelled(now, source, at, run))
    return Verdict(kind="tooLate" if isinstance(result, Refusal) else "cancelled")


def _verdict(record: ImageRecord, ignored: str | None) -> Verdict:
    question = record.question
    if record.again is not None and (question is None or question.stage is Stage.REPLACED):
        return Verdict(kind="again", again=record.again, ignored=ignored)
    if question is None:
        return Verdict(kind="none", ignored=ignored)
    return Verdict(
        kind=_KINDS.get(question.stage, "tooLate"),
        approval=question.approval,
        decided_at=question.decided_at,
        ignored=ignored,
    )


async def _decide(event: ApprovalEvent, question: Question, held: Held) -> str | None:
    """Write the decision of an event with the right token; returns why it does not count, or None.

    Unless the token is right, nothing of it is believed or told, not even that it was wrong about something else.
    """
    if not secrets.compare_digest((event.callback or "").encode(), question.callback.encode()):
        return "it did not bear the callback token of the question"
    result = await _written(event, question, held)
    return result.message if isinstance(result, Refusal) else None


async def _written(event: ApprovalEvent, question: Question, held: Held) -> Approval | Refusal:
    """Admit and write; one log record for each decision, as JSON, with what the audit needs and no claims."""
    result: Approval | Refusal
    if same_id(event.image_version_id, question.copied.image_version_id):
        nobody = Decider(None, (), "event")
        same_again = f"{event.decision} {event.approver}"  # by it, the event of a step that runs again is known
        requesters = question.start.requester_ids
        result = admit(event, nobody, requesters, settings(), decision_id=same_again, checks=NOT_SHOWN)
    else:
        result = Refusal(code="OtherVersion", message="it names another image version than the one to be approved")
    if isinstance(result, Approval):
        approval = result
        written = await change(held, lambda now: decided(now, question.id, approval, datetime.now(UTC)))
        result = written if isinstance(written, Refusal) else approval
    _LOG.info(json.dumps(decision_record(held.migration_id, event, result)))
    return result
