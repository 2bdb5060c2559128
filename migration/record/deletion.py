"""From an approval to its delete: how it is spent, given back, and what became of it. "Sent" means sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from migration.approval.approval import Decision
from migration.record.admitting import ended
from migration.record.asked import approved_of
from migration.record.audit import entry
from migration.record.image_record import ImageRecord
from migration.record.question import Deletion, Move, Stage, moved
from migration.record.run import Run
from migration.values.answer import Refusal
from migration.values.outcome import Outcome, OutcomeKind, Phase, SourceSeen

DELETE_PATIENCE = timedelta(days=7)  # how long to look for what became of a delete
DELETE_IS_QUICK = timedelta(minutes=15)  # a managed image is deleted in half a minute


def sending(
    record: ImageRecord,
    run_id: str,
    question_id: str,
    attempt: str,
    at: datetime,
    validity: timedelta,
    seen: Sequence[str] = (),
) -> ImageRecord | Refusal:
    """Spend the approval: the call goes out now, and cannot be cancelled any more unless it is given back.

    `attempt` is one worker's: it may find out whether it is the only one that may have sent the delete. `seen` is what
    it found beside the promise.
    """
    approved = approved_of(record, at, validity)
    if isinstance(approved, Refusal):
        return approved
    run, question = approved.run, approved.question
    if run.id != run_id or run.phase is not Phase.DELETING_SOURCE or question.id != question_id:
        return Refusal(code="NotApproved", message="another question has been asked since")
    if approved.approval.decision is not Decision.APPROVE:
        return Refusal(code="NotApproved", message="nobody has approved the delete")
    if approved.plan.soak and not (run.soak and run.soak.served and question.soaked_since):
        return Refusal(code="NotApproved", message="the delete was approved without the soak that was planned")
    deletion = question.deletion or Deletion(sent_at=at)
    if deletion.attempt == attempt:
        return record
    counted = deletion.changed(attempts=deletion.attempts + 1, attempt=attempt, seen=list(seen))
    sent = moved(question.changed(deletion=counted), Move.SEND)
    return sent if isinstance(sent, Refusal) else record.changed(run=run.changed(question=sent))


def given_back(run: Run, attempt: str) -> Run | Refusal:
    """Take back what was not sent, or not taken up: it can be cancelled, and sent while the approval is valid.

    Not where another attempt may have sent it meanwhile.
    """
    question = run.question
    deletion = question.deletion if question else None
    if question is None or deletion is None or deletion.attempt != attempt or deletion.attempts > 1:
        return Refusal(code="OtherAttempt", message="another attempt may have sent the delete")
    back = moved(question.changed(deletion=None), Move.GIVE_BACK)
    return back if isinstance(back, Refusal) else run.changed(question=back)


def taken(run: Run, operation_url: str | None) -> Run | Refusal:
    """Note that Azure has taken up the delete, and the operation to follow."""
    question = run.question
    if question is None or question.deletion is None:
        return Refusal(code="NotSent", message="no delete was sent")
    deletion = question.deletion.changed(operation_url=operation_url)
    sent = moved(question.changed(deletion=deletion), Move.TAKE)
    return sent if isinstance(sent, Refusal) else run.changed(question=sent)


_ENDS = {
    Stage.DELETED: (Move.DELETE, OutcomeKind.MIGRATED),
    Stage.KEPT: (Move.KEEP, OutcomeKind.SOURCE_KEPT),
    Stage.GONE: (Move.MISS, OutcomeKind.FAILED),
    Stage.UNKNOWN: (Move.LOSE, OutcomeKind.UNKNOWN),
}


def concluded(
    record: ImageRecord, run_id: str, end: Stage, code: str, reason: str, at: datetime, checks: Sequence[str] = ()
) -> ImageRecord | Refusal:
    """End the run with what became of its source; `checks` are the parts of the promise that were kept."""
    run = record.run_of(run_id)
    question = None if isinstance(run, Refusal) else run.question
    if isinstance(run, Refusal) or question is None:
        return Refusal(code="OtherQuestion", message="this question is not asked any more")
    move, kind = _ENDS[end]
    closed = moved(question, move)
    if isinstance(closed, Refusal):
        return closed
    run = run.changed(question=closed)
    if end is Stage.DELETED:
        run = run.audited(entry(at, "promise checked", image_version_id=run.image_version_id, checks=checks))
    seen = SourceSeen.GONE if end is Stage.GONE else SourceSeen.UNKNOWN
    outcome = Outcome(kind=kind, code=code, reason=reason, step=run.phase, source=seen)
    return ended(record.changed(run=run), run_id, outcome, at)
