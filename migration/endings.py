"""How a migration ends: each function takes the state and returns it with its outcome, or with the next phase."""

from datetime import datetime
from typing import Any

from migration.approval import Approval, Decision
from migration.audit import AuditEntry, decision_entry
from migration.outcome import Outcome, OutcomeKind, Phase
from migration.problems import Problem
from migration.replication import ReplicationReport
from migration.request import DeleteSource
from migration.spans import in_words
from migration.state import MigrationState

_KEEPS_SOURCE = {Phase.DELETING_SOURCE, Phase.PROMOTING}
SHALLOW = "ShallowReplication"


def _end(
    state: MigrationState, kind: OutcomeKind, code: str, reason: str, left: list[str] | None = None
) -> MigrationState:
    outcome = Outcome(kind=kind, code=code, reason=reason, step=state.phase, left_behind=left or [])
    return state.model_copy(update={"outcome": outcome})


def _left_behind(state: MigrationState) -> list[str]:
    """Return what this migration may have created so far."""
    plan = state.plan
    if plan is None or state.phase is Phase.PLANNING:
        return []
    created = [plan.gallery.id] * plan.create_gallery + [plan.definition.id] * plan.create_definition
    return created + ([state.image_version_id] if state.image_version_id else [])


def refused_plan(state: MigrationState, problems: list[Problem]) -> MigrationState:
    """The plan has problems: nothing was written."""
    reason = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
    return _end(state, OutcomeKind.REFUSED, problems[0].code if len(problems) == 1 else "PlanProblems", reason)


def refused(state: MigrationState, code: str, message: str) -> MigrationState:
    """A step was refused: what it means depends on how far the migration had come."""
    if state.phase is Phase.PLANNING:
        return _end(state, OutcomeKind.REFUSED, code, message)
    if state.phase in _KEEPS_SOURCE or code == SHALLOW:
        return _end(state, OutcomeKind.SOURCE_KEPT, code, message)
    return _end(state, OutcomeKind.FAILED, code, message, _left_behind(state))


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


def after_verification(state: MigrationState, at: datetime) -> MigrationState:
    """Ask a human where an answer would change anything; else the migration is done."""
    plan = state.planned
    checked = f"every target region holds a complete replica: {', '.join(r.name for r in plan.target_regions)}"
    entry = AuditEntry(at=at, event="version verified", image_version_id=state.image_version_id, detail=checked)
    state = state.model_copy(update={"verified_at": at}).audited(entry)
    if plan.delete_source is DeleteSource.NEVER and plan.exclude_from_latest:
        return kept_by_policy(state)
    return state.model_copy(update={"phase": Phase.AWAITING_APPROVAL})


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


def asked_again(state: MigrationState) -> MigrationState | None:
    """Return the state to start again with when a version is there and its source was kept; None where it cannot be.

    The version is verified anew, links of earlier rounds are void.
    """
    outcome = state.outcome
    if outcome is None or outcome.kind is not OutcomeKind.SOURCE_KEPT or outcome.code in {"Policy", SHALLOW}:
        return None
    fresh = {"phase": Phase.VERIFYING, "round": state.round + 1, "reminded": 0, "escalated": False}
    cleared = dict.fromkeys(("outcome", "approval", "decided_at", "asked_at", "verified_at", "owed"))
    return state.model_copy(update=fresh | cleared)


def migrated(state: MigrationState) -> MigrationState:
    """The source is gone; its replicas are where they were asked for."""
    return _end(state, OutcomeKind.MIGRATED, "Migrated", "the source image was deleted after approval")
