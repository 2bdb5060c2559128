"""How a run ends: what a refusal, a failure or a wait that was too long means, by how far the run had come."""

from typing import Any

from migration.approval.approval import Decision
from migration.record.run import Run
from migration.resources.replication import ReplicationReport
from migration.values.answer import SOON_SECONDS, Later, Refusal
from migration.values.ids import same_id
from migration.values.outcome import Outcome, OutcomeKind, Phase
from migration.values.problems import Problem
from migration.values.words.spans import in_words

_KEEPS_SOURCE = {Phase.DELETING_SOURCE, Phase.PROMOTING, Phase.SOAKING}
_COPIED = {Phase.VERIFYING, Phase.AWAITING_APPROVAL, *_KEEPS_SOURCE}
SHALLOW = "ShallowReplication"
# The copy is made and stays; it is only that nobody can be asked about its source.
_KEPT_AFTER_COPY = {SHALLOW, "CannotTellApart", "RequestWithdrawn", "WishWaits"}
LONGEST_CANCEL_REASON = 200
MOST_PROBLEMS_KEPT = 20


def _outcome(run: Run, kind: OutcomeKind, code: str, reason: str) -> Outcome:
    return Outcome(kind=kind, code=code, reason=reason, step=run.phase)


def stopped_by(problems: list[Problem]) -> Refusal | Later:
    """The plan has problems: nothing was written. Those that only pass are waited for, and told while others stand."""
    first = problems[0]
    if all(problem.passes for problem in problems):
        return Later(seconds=SOON_SECONDS, reason=first.message, code=first.code)
    if not any(problem.lasts for problem in problems):
        missing = next(problem for problem in problems if problem.absent)
        return Refusal(code=missing.code, message=missing.message, absent=missing.absent, problems=[missing])
    if len(problems) == 1:
        return Refusal(code=first.code, message=f"{first.field}: {first.message}", problems=problems)
    reason = "; ".join(f"{problem.field}: {problem.message} ({problem.code})" for problem in problems)
    return Refusal(code="PlanProblems", message=reason, problems=problems)


def refused(run: Run, refusal: Refusal) -> Outcome:
    """A step was refused: what it means depends on how far the run had come."""
    code, reason = refusal.code, refusal.message
    if run.phase is Phase.PLANNING:
        refused = _outcome(run, OutcomeKind.REFUSED, code, reason)
        return refused.changed(problems=refusal.problems[:MOST_PROBLEMS_KEPT])
    if run.delete_may_be_sent:
        return _outcome(run, OutcomeKind.UNKNOWN, code, reason)
    is_accepted = run.soak is not None  # and promoted: nothing of the migration itself fails any more
    if is_accepted and same_id(refusal.absent or "", run.start.source_image_id):
        return _outcome(run, OutcomeKind.FAILED, code, reason)
    if is_accepted or run.phase in _KEEPS_SOURCE or code in _KEPT_AFTER_COPY:
        return _outcome(run, OutcomeKind.SOURCE_KEPT, code, reason)
    return _outcome(run, OutcomeKind.FAILED, code, reason)


def out_of_patience(run: Run, later: Later) -> Outcome:
    """What was waited for has not passed: the source is kept, and a version that people were asked about is usable."""
    reason = f"{later.reason}; it was waited for {in_words(run.start.patience.obstacle)}"
    if run.delete_may_be_sent:
        return _outcome(run, OutcomeKind.UNKNOWN, later.code, reason)
    kind = OutcomeKind.SOURCE_KEPT if run.phase in _COPIED else OutcomeKind.FAILED
    return _outcome(run, kind, later.code, reason)


def timed_out(run: Run, report: ReplicationReport) -> Outcome:
    """Replication took longer than we wait; the version may still complete, and the next run adopts it."""
    slow = report.slowest
    where = f"; the slowest region is {slow.name} at {slow.progress} %" if slow else ""
    reason = f"replication was not complete after {run.start.patience.replication}{where}"
    return _outcome(run, OutcomeKind.FAILED, "ReplicationTimedOut", reason)


def kept_as_asked(run: Run) -> Outcome:
    """The migration is complete, and its source stays: nobody wanted it gone, or somebody accepted that it stays."""
    question, left_out = run.question, left_out_of_latest(run)
    if question and question.approval and Decision.APPROVE in question.allows:
        reason = f"the image is migrated; its source was not to be deleted, as {question.approval.approver} decided"
        return _outcome(run, OutcomeKind.SOURCE_KEPT, "Accepted", reason + left_out)
    reason = f"the image is migrated; its source was not to be deleted{left_out}"
    return _outcome(run, OutcomeKind.SOURCE_KEPT, "Policy", reason)


def left_out_of_latest(run: Run) -> str:
    """Say at the end of a reason that the version stays out of `latest` for its age, where it does."""
    return f"; the version stays excluded from latest: {run.stays_excluded}" if run.stays_excluded else ""


def cancel_reason(said: Any) -> str:
    """Quote what somebody gave as the reason of a cancel, as far as it can be seen: it is untrusted."""
    seen = "".join(filter(str.isprintable, said)).strip()[:LONGEST_CANCEL_REASON] if isinstance(said, str) else ""
    return f"cancelled: {seen}" if seen else "cancelled"


def can_ask_again(run: Run) -> bool:
    """Tell whether its question can be asked again: a version is there, and its source too, as far as is known."""
    if run.outcome is None or run.image_version_id is None or not run.outcome.can_ask_again:
        return False
    return run.outcome.code not in {"Policy", SHALLOW}
