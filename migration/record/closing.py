"""How a question is closed: decided, expired, cancelled."""

from datetime import datetime

from migration.approval.approval import Approval, Decision
from migration.record.admitting import advanced, ended
from migration.record.audit import ANSWER_REFUSED, decision_entry, entry
from migration.record.image_record import ImageRecord
from migration.record.notices import no_questions
from migration.record.question import DECISIONS, LIVE, MAY_BE_SENT, Decided, Move, Stage, moved
from migration.record.run import Run, RunStage
from migration.values.answer import Refusal
from migration.values.occasion import Occasion
from migration.values.outcome import Outcome, OutcomeKind, Phase

MOST_DECISIONS = 10


def decided(
    record: ImageRecord, run_id: str, question_id: str, approval: Approval, at: datetime
) -> ImageRecord | Refusal:
    """Let a decision count if the question it answers is open still. A rejection ends the run."""
    run = record.run_of(run_id)
    question = None if isinstance(run, Refusal) else run.question
    if isinstance(run, Refusal) or question is None or question.id != question_id:
        return Refusal(code="OtherQuestion", message="this question is not asked any more")
    if question.approval is not None and approval.id is not None and question.approval.id == approval.id:
        return record
    if approval.decision not in question.allows:
        return Refusal(code="QuestionClosed", message=f"the question does not allow to {approval.decision}")
    if question.stage is not Stage.OPEN or not run.is_live:
        return Refusal(code="QuestionClosed", message="the question was closed before")
    if at >= question.expires_at:
        return Refusal(code="ApprovalExpired", message="nobody decided in time")
    known = Decided(approval=approval, at=at)
    closed = moved(question.changed(decided=known), DECISIONS[approval.decision])
    if isinstance(closed, Refusal):
        return closed
    decisions = [*run.decisions, known][-MOST_DECISIONS:]
    run = run.changed(question=closed, decisions=decisions, owed=no_questions(run.owed)).audited(
        decision_entry(approval, at)
    )
    run = run.owes(Occasion.DECIDED, at)
    if approval.decision is Decision.REJECT:
        said = f": {approval.comment}" if approval.comment else ""
        outcome = _kept(run, "Rejected", f"rejected by {approval.approver}{said}")
        return ended(record.changed(run=run), run_id, outcome, at)
    return record.with_run(advanced(run, Phase.PROMOTING))


def _kept(run: Run, code: str, reason: str) -> Outcome:
    return Outcome(kind=OutcomeKind.SOURCE_KEPT, code=code, reason=reason, step=run.phase)


def expired(record: ImageRecord, run_id: str, reason: str, at: datetime) -> ImageRecord | Refusal:
    """Close a question that nobody answered in time, and end its run."""
    run = record.run_of(run_id)
    question = None if isinstance(run, Refusal) else run.question
    if isinstance(run, Refusal) or question is None or question.stage is not Stage.OPEN or at < question.expires_at:
        return record
    closed = moved(question, Move.EXPIRE)
    if isinstance(closed, Refusal):
        return record
    over = record.changed(run=run.changed(question=closed, owed=no_questions(run.owed)))
    return ended(over, run_id, _kept(run, "ApprovalExpired", reason), at)


def cancelled(record: ImageRecord, run_id: str, reason: str, at: datetime) -> ImageRecord | Refusal:
    """Cancel a run: no question is asked, and no delete is sent; refused once one may have been."""
    run = record.run_of(run_id)
    if isinstance(run, Refusal):
        return Refusal(code="NothingToCancel", message="the migration has ended")
    question = run.question
    if run.stage is RunStage.ENDING and run.outcome is not None and run.outcome.kind is OutcomeKind.CANCELLED:
        return record
    if question is not None and question.stage in {*MAY_BE_SENT, Stage.DELETED, Stage.GONE, Stage.UNKNOWN}:
        return Refusal(code="TooLateToCancel", message="the delete has been sent, or may have been")
    if not run.is_live:
        return Refusal(code="NothingToCancel", message="the migration has ended")
    if question is not None and question.stage in LIVE:
        closed = moved(question, Move.CANCEL)
        if isinstance(closed, Refusal):
            return closed
        record = record.changed(run=run.changed(question=closed, owed=no_questions(run.owed)))
    outcome = Outcome(kind=OutcomeKind.CANCELLED, code="Cancelled", reason=reason, step=run.phase)
    return ended(record, run_id, outcome, at)


def answer_refused(run: Run, why: str, at: datetime) -> Run:
    """Note an answer that does not count. Nothing of what it said is believed, so nobody is named."""
    refused = entry(at, ANSWER_REFUSED, why[:200], by="unknown", via="event")
    return run.audited(refused).noted(f"an answer was ignored: {why[:200]}")
