"""The audit of a migration: who did what, when, from where, and what was checked."""

from datetime import datetime

from migration.approval import Approval
from migration.record import Record

LONGEST_AUDIT = 100
ANSWER_REFUSED = "answer refused"
VERIFIED = "verified"
UNVERIFIED = "named by the caller, not verified"


class AuditEntry(Record):
    """One thing that happened. `by` is a person or "the app"; `identity` tells how far that is known."""

    at: datetime
    event: str
    by: str = "the app"
    identity: str | None = None
    via: str | None = None
    image_version_id: str | None = None
    detail: str = ""


def decision_entry(approval: Approval, at: datetime) -> AuditEntry:
    return AuditEntry(
        at=at,
        event="approved" if approval.decision == "approve" else "rejected",
        by=approval.approver,
        identity=VERIFIED if approval.verified else UNVERIFIED,
        via=approval.via,
        image_version_id=approval.image_version_id,
        detail=approval.comment,
    )
