"""The audit of a migration: who did what, when, from where, and what was checked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from migration.approval.approval import Approval, ApprovalEvent, Decision, identity_of
from migration.approval.image_record import Decided
from migration.promise.checks import NOT_LOOKED_FOR, UNSEEN
from migration.values.answer import Refusal
from migration.values.record import Record

LONGEST_AUDIT = 100
ANSWER_REFUSED = "answer refused"
_DECISIONS = {Decision.APPROVE: "approved", Decision.REJECT: "rejected"}


class AuditEntry(Record):
    """One thing that happened. `by` is a person or "the app"; `identity` tells how far that is known; `checks` what
    had been checked, where it matters.
    """

    at: datetime
    event: str
    by: str = "the app"
    identity: str | None = None
    via: str | None = None
    image_version_id: str | None = None
    detail: str = ""
    checks: list[str] = []


def decision_entry(approval: Approval, at: datetime, verified_at: datetime | None) -> AuditEntry:
    """Return the entry of a decision. Who was shown nothing relied on the version having been verified, and no more."""
    verified = [f"version verified at {verified_at:%Y-%m-%d %H:%M:%S} UTC"] if verified_at else []
    return AuditEntry(
        at=at,
        event=_DECISIONS[approval.decision],
        by=approval.approver,
        identity=identity_of(approval),
        via=approval.via,
        image_version_id=approval.image_version_id,
        detail=approval.comment,
        checks=approval.checks or [*verified, NOT_LOOKED_FOR, UNSEEN],
    )


def confirmed(entries: Iterable[AuditEntry], decisions: Iterable[Decided]) -> list[AuditEntry]:
    """Leave out decisions that nobody is known to have taken: whoever can write a history can write such an entry."""
    known = {(one.at, _DECISIONS[one.approval.decision], one.approval.approver) for one in decisions}
    told = set(_DECISIONS.values())
    return [entry for entry in entries if entry.event not in told or (entry.at, entry.event, entry.by) in known]


def decision_record(migration_id: str, event: ApprovalEvent, result: Approval | Refusal) -> dict[str, Any]:
    """Return the log record of one decision: what an auditor asks for, and nothing else that is known of a person."""
    if isinstance(result, Approval):
        known = {
            "result": "admitted",
            "id": result.id,
            "identity": identity_of(result),
            "via": result.via,
            "checks": result.checks,
        }
    else:
        known = {"result": "refused", "code": result.code}
    return {
        "record": "decision",
        "migration": migration_id,
        "decision": event.decision.value,
        "by": event.approver,
        "imageVersionId": event.image_version_id,
        "comment": event.comment,
        **known,
    }
