"""From an approval to its delete: what an approval is good for, how it is spent, and what Azure answered."""

from datetime import datetime, timedelta

from migration.approval.approval import Decision
from migration.approval.image_record import READER, TOO_NEW, Deletion, ImageRecord, Stage
from migration.values.answer import Refusal
from migration.values.ids import instance_id_for


def approval_refusal(record: ImageRecord | None, at: datetime, validity: timedelta) -> Refusal | None:
    """Say why nothing may be promoted or deleted on the strength of this record, or None.

    `validity` is how long an approval may be used. A delete that was sent and never answered may be sent again: it is
    the same one, of the same image.
    """
    question = record.question if record else None
    if record is None or question is None or question.approval is None:
        return Refusal(code="NotApproved", message="nobody has approved the delete")
    if record.oldest_reader > READER:
        return TOO_NEW
    if instance_id_for(question.plan.source.id) != record.migration_id:
        return Refusal(code="NotApproved", message="the record is of another source image")
    if question.stage is Stage.CANCELLED:
        return Refusal(code="Cancelled", message="it was cancelled")
    unanswered = (
        question.stage is Stage.DELETE_SENT and question.deletion is not None and not question.deletion.answered
    )
    if question.approval.decision is not Decision.APPROVE or (question.stage is not Stage.APPROVED and not unanswered):
        return Refusal(code="NotApproved", message=f"the approval does not count any more: it is {question.stage}")
    if question.decided_at is None or at >= question.decided_at + validity:
        return Refusal(code="ApprovalLapsed", message=f"the approval was given more than {validity} ago: ask again")
    return None


def delete_sent(
    record: ImageRecord | None, question_id: str, attempt: str, at: datetime, validity: timedelta
) -> ImageRecord | Refusal:
    """Spend the approval: from now on the delete counts as sent, and cannot be cancelled.

    `attempt` is one worker's: it may find out whether it is the only one that may have sent the delete.
    """
    refusal = approval_refusal(record, at, validity)
    if refusal is not None or record is None or record.question is None:
        return refusal or Refusal(code="NotApproved", message="nobody has approved the delete")
    if record.question.id != question_id:
        return Refusal(code="NotApproved", message="another question has been asked since")
    deletion = record.question.deletion or Deletion(sent_at=at)
    if deletion.attempt == attempt:
        return record
    counted = deletion.model_copy(update={"attempts": deletion.attempts + 1, "attempt": attempt})
    return record.stands(Stage.DELETE_SENT, deletion=counted)


def withheld(record: ImageRecord | None, question_id: str, attempt: str, why: Refusal) -> ImageRecord | Refusal:
    """Note that the delete was not sent after all; nothing is noted where another attempt may have sent it."""
    question = record.question if record else None
    if record is None or question is None or question.id != question_id or question.deletion is None:
        return Refusal(code="OtherQuestion", message="this question is not asked any more")
    if question.deletion.attempts > 1 or question.deletion.attempt != attempt:
        return record
    return answered(record, question_id, code=why.code, message=why.message, withheld=True)


def answered(record: ImageRecord | None, question_id: str, **answer: object) -> ImageRecord | Refusal:
    """Note what Azure answered to the delete: the operation's URL, or code and message of a refusal."""
    question = record.question if record else None
    if record is None or question is None or question.id != question_id or question.deletion is None:
        return Refusal(code="OtherQuestion", message="this question is not asked any more")
    return record.stands(question.stage, deletion=question.deletion.model_copy(update={"answered": True, **answer}))
