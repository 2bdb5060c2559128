"""How a question is closed in the record: decided, cancelled, expired, or left behind by its migration."""

from datetime import datetime

from migration.approval.approval import Approval, Decision
from migration.approval.image_record import LIVE, MOST_DECISIONS, Decided, ImageRecord, Question, Stage, new_record
from migration.values.answer import Refusal


def decided(record: ImageRecord | None, question_id: str, approval: Approval, at: datetime) -> ImageRecord | Refusal:
    """Let a decision count if the question it answers is open still; a rejection is final for it."""
    question = record.question if record else None
    if record is None or question is None or question.id != question_id:
        return Refusal(code="OtherQuestion", message="this question is not asked any more")
    if question.approval is not None and approval.id is not None and question.approval.id == approval.id:
        return record
    if question.stage is not Stage.OPEN:
        return Refusal(code="QuestionClosed", message="the question was closed before")
    if at >= question.expires_at:
        return Refusal(code="ApprovalExpired", message="nobody decided in time")
    decisions = [*record.decisions, Decided(approval=approval, at=at)][-MOST_DECISIONS:]
    record = record.model_copy(update={"decisions": decisions})
    if approval.decision is Decision.REJECT:
        return record.stands(Stage.REJECTED, approval=approval, decided_at=at).settled(at, question.start.started_at)
    return record.stands(Stage.APPROVED, approval=approval, decided_at=at)


def cancelled(
    record: ImageRecord | None, source_image_id: str, at: datetime, run: str, *, is_live: bool = True
) -> ImageRecord | Refusal:
    """Cancel whatever was started before: no question is asked, and no delete is sent; refused once one was.

    `run` is the start that is to be cancelled: what became of an earlier one's question does not stand in its way. Of a
    migration that is not live any more, nothing is left to cancel but a question that it left behind.
    """
    base = record or new_record(source_image_id, at)
    question = base.question
    if question is not None and (question.stage is Stage.DELETE_SENT or _is_over(question, run)):
        return Refusal(code="TooLateToCancel", message="the delete has been sent")
    asks = question is not None and question.stage in LIVE
    if not asks and not is_live:
        return Refusal(code="NothingToCancel", message="the migration has ended")
    waiting = base.again.started_at if base.again else None  # a wish to be asked anew is cancelled, too
    base = base.model_copy(update={"cancelled_run": run or base.cancelled_run, "again": None}).settled(at, waiting)
    return base.stands(Stage.CANCELLED).settled(question.start.started_at) if question and asks else base


def _is_over(question: Question, run: str) -> bool:
    return question.start.run == run and question.stage in {Stage.DELETED, Stage.GONE, Stage.UNKNOWN}


def expired(record: ImageRecord, at: datetime) -> ImageRecord:
    """Close a question that nobody answered in time."""
    question = record.question
    if question is None or question.stage is not Stage.OPEN or at < question.expires_at:
        return record
    return record.stands(Stage.EXPIRED).settled(at, question.start.started_at)


def concluded(record: ImageRecord, question_id: str, stage: Stage, at: datetime) -> ImageRecord:
    """Close a live question at the end of its migration; one that was asked since is another's, and stays open."""
    question = record.question
    if question is None or question.id != question_id or question.stage not in LIVE:
        return record
    return record.stands(stage).settled(at, question.start.started_at)


def abandoned(record: ImageRecord, question_id: str, at: datetime) -> ImageRecord:
    """Close a question whose migration ends without having closed it: its source is kept, unless a delete was sent."""
    sent = record.question is not None and record.question.stage is Stage.DELETE_SENT
    return concluded(record, question_id, Stage.UNKNOWN if sent else Stage.KEPT, at)
