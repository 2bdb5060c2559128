"""How a migration ends: each function takes the state and returns it with its outcome, or with the next phase."""

from datetime import datetime
from typing import Any

from migration.approval.approval import Approval, Decision
from migration.approval.verdict import DeleteSeen, Opened
from migration.asking.start import MigrationStart
from migration.course.audit import AuditEntry, decision_entry
from migration.course.spans import in_words
from migration.course.state import MigrationState
from migration.resources.replication import ReplicationReport
from migration.values.answer import Refusal
from migration.values.outcome import FOLLOWS, Outcome, OutcomeKind, Phase
from migration.values.problems import Problem

_KEEPS_SOURCE = {Phase.DELETING_SOURCE, Phase.PROMOTING}
SHALLOW = "ShallowReplication"
CANCELLED = "Cancelled"
# The copy is made and stays; it is only that nobody can be asked about its source.
_KEPT_AFTER_COPY = {
    SHALLOW,
    "SigningKeyMissing",
    "RecordsMissing",
    "CannotTellApart",
    "QuestionSettled",
    "QuestionOpen",
}


def _end(
    state: MigrationState, kind: OutcomeKind, code: str, reason: str, left: list[str] | None = None
) -> MigrationState:
    outcome = Outcome(kind=kind, code=code, reason=reason, step=state.phase, left_behind=left or [])
    return state.model_copy(update={"outcome": outcome})


def _left_behind(state: MigrationState) -> list[str]:
    """Return what this migration may have created so far, until somebody has looked."""
    plan = state.plan
    if plan is None or state.phase is Phase.PLANNING:
        return []
    created = [plan.gallery.id] * plan.create_gallery + [plan.definition.id] * plan.create_definition
    return created + ([state.image_version_id] if state.image_version_id else [])


def looked_at(state: MigrationState, left_behind: list[str] | None) -> MigrationState:
    """Return the state with what was found to have stayed; None where that could not be looked at, or is no matter."""
    if state.outcome is None or left_behind is None:
        return state
    return state.model_copy(update={"outcome": state.outcome.model_copy(update={"left_behind": left_behind})})


def refused_plan(state: MigrationState, problems: list[Problem]) -> MigrationState:
    """The plan has problems: nothing was written."""
    reason = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
    return _end(state, OutcomeKind.REFUSED, problems[0].code if len(problems) == 1 else "PlanProblems", reason)


def refused(state: MigrationState, code: str, message: str) -> MigrationState:
    """A step was refused: what it means depends on how far the migration had come."""
    if state.phase is Phase.PLANNING:
        return _end(state, OutcomeKind.REFUSED, code, message)
    if code == CANCELLED:
        return cancelled(state, None)
    if state.phase in _KEEPS_SOURCE or code in _KEPT_AFTER_COPY:
        return _end(state, OutcomeKind.SOURCE_KEPT, code, message)
    return _end(state, OutcomeKind.FAILED, code, message, _left_behind(state))


def foreign(state: MigrationState) -> MigrationState:
    """The instance is not the one that migrations of this image run under: nothing was done."""
    message = "this instance is not the one under which this source image is migrated"
    return _end(state, OutcomeKind.REFUSED, "ForeignInstance", message).model_copy(update={"phase": Phase.DONE})


def unavailable(state: MigrationState, message: str) -> MigrationState:
    """Azure gave no usable answer, retries included."""
    return _end(state, OutcomeKind.FAILED, "AzureUnavailable", message, _left_behind(state))


def timed_out(state: MigrationState, report: ReplicationReport) -> MigrationState:
    """Replication took longer than we wait; the version may still complete, and the next run adopts it."""
    slow = report.slowest
    where = f"; the slowest region is {slow.name} at {slow.progress} %" if slow else ""
    reason = f"replication was not complete after {state.start.patience.replication}{where}"
    return _end(state, OutcomeKind.FAILED, "ReplicationTimedOut", reason, _left_behind(state))


def cancelled(state: MigrationState, payload: Any) -> MigrationState:
    """Someone cancelled. The payload is untrusted and only quoted, as far as it can be seen."""
    said = payload.get("reason") if isinstance(payload, dict) else None
    quoted = "".join(filter(str.isprintable, said)).strip()[:200] if isinstance(said, str) else ""
    reason = f"cancelled: {quoted}" if quoted else "cancelled"
    return _end(state, OutcomeKind.CANCELLED, "Cancelled", reason, _left_behind(state))


def asked(state: MigrationState, opened: Opened, at: datetime) -> MigrationState:
    """The version is complete; a human has been asked, unless an answer would change nothing."""
    checked = f"every target region holds a complete replica: {', '.join(r.name for r in state.planned.target_regions)}"
    entry = AuditEntry(at=at, event="version verified", image_version_id=opened.image_version_id, detail=checked)
    state = state.model_copy(update={"verified_at": at}).audited(entry)
    if not opened.needed:
        return kept_by_policy(state)
    question = {
        "asked_at": opened.asked_at,
        "expires_at": opened.expires_at,
        "image_version_id": opened.image_version_id,
    }
    return state.model_copy(update={"phase": Phase.AWAITING_APPROVAL, **question})


def kept_by_policy(state: MigrationState) -> MigrationState:
    """The migration is complete, and was asked to keep the source."""
    return _end(state, OutcomeKind.SOURCE_KEPT, "Policy", "the image is migrated; its source is kept, as asked")


def decided(state: MigrationState, approval: Approval, at: datetime) -> MigrationState:
    """A human has decided about this very version."""
    entry = decision_entry(approval, at, state.verified_at)
    state = state.model_copy(update={"approval": approval, "decided_at": at}).audited(entry)
    if approval.decision is Decision.APPROVE:
        return state.model_copy(update={"phase": Phase.PROMOTING})
    said = f": {approval.comment}" if approval.comment else ""
    return _end(state, OutcomeKind.SOURCE_KEPT, "Rejected", f"rejected by {approval.approver}{said}")


def expired(state: MigrationState) -> MigrationState:
    """Nobody decided in time."""
    again = f"ask again with POST /api/migrations/{state.start.id}/ask-again"
    reason = f"nobody decided within {in_words(state.start.patience.expiry)}; {again}"
    return _end(state, OutcomeKind.SOURCE_KEPT, "ApprovalExpired", reason)


def can_ask_again(outcome: Outcome | None) -> bool:
    """Tell whether a version is there, and its source too, as far as is known."""
    if outcome is None or not FOLLOWS[outcome.kind].can_ask_again:
        return False
    return outcome.code not in {"Policy", SHALLOW}


def asked_again(state: MigrationState, start: MigrationStart) -> MigrationState:
    """Return the state to go on with once somebody asked anew: the version is verified again, the question opened."""
    fresh = {"start": start, "phase": Phase.VERIFYING, "round": state.round + 1}
    return state.model_copy(
        update=fresh | {"reminded": 0, "escalated": False, "promoted": False} | dict.fromkeys(_PER_QUESTION)
    )


def not_asked(state: MigrationState) -> MigrationState:
    """There is no such question in the record, as after an upgrade: verify, and ask once anew."""
    return asked_again(state, state.start)


_PER_QUESTION = (
    "outcome", "approval", "decided_at", "asked_at", "expires_at", "verified_at", "owed", "deleting_since",
)  # fmt: skip


def after_delete(state: MigrationState, seen: DeleteSeen, refusal: Refusal | None) -> MigrationState:
    """The delete has come to an end, or nobody can tell. `refusal` is why it was not sent, where that is known."""
    if seen.kind == "deleted":
        noted = state.noted(seen.note) if seen.note else state
        return _end(noted, OutcomeKind.MIGRATED, "Migrated", "the source image was deleted after approval")
    if seen.kind == "cancelled":
        return cancelled(state, None)
    if seen.kind == "gone":
        return _end(state, OutcomeKind.FAILED, seen.code, seen.message)
    if seen.kind == "unknown":
        reason = (
            "the delete of the source image was sent, and what became of it could not be read within seven days: look"
            f" whether it still exists ({seen.code}: {seen.message})"
        )
        return _end(state, OutcomeKind.UNKNOWN, "DeleteUnknown", reason)
    if refusal is not None and seen.code in {"DeleteNotSent", "NotApproved"}:
        return _end(state, OutcomeKind.SOURCE_KEPT, refusal.code, refusal.message)
    return _end(state, OutcomeKind.SOURCE_KEPT, seen.code, seen.message)
