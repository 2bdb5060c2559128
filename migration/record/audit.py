"""The audit of a run: who did what, when, from where, and what was checked. It stands in the run's own record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from migration.approval.approval import Approval, ApprovalEvent, Decision, identity_of
from migration.record.notices import OwedNotice, how_many
from migration.values.answer import Refusal
from migration.values.occasion import ASKS, Occasion
from migration.values.outcome import OutcomeKind
from migration.values.shortening import LONGEST_NAME, LONGEST_NOTE, short
from migration.values.value import Moment, Stored

LONGEST_AUDIT = 100
ANSWER_REFUSED = "answer refused"
ASKED_AGAIN = "asked again"
MOST_CHECKS = 12
_DECISIONS = {Decision.APPROVE: "approved", Decision.ACCEPT: "accepted", Decision.REJECT: "rejected"}


class AuditEntry(Stored):
    """One thing that happened. `by` is a person or "the app"; `identity` tells how far that is known; `checks` what
    had been checked, where it matters. An end has the outcome's `kind` and `code`, what people were
    told its `occasion`.
    """

    at: Moment
    event: str
    by: str = "the app"
    identity: str | None = None
    via: str | None = None
    image_version_id: str | None = None
    detail: str = ""
    kind: OutcomeKind | None = None
    code: str | None = None
    occasion: Occasion | None = None
    checks: list[str] = []


def entry(
    at: datetime,
    event: str,
    detail: str = "",
    *,
    by: str = "the app",
    identity: str | None = None,
    via: str | None = None,
    image_version_id: str | None = None,
    kind: OutcomeKind | None = None,
    code: str | None = None,
    occasion: Occasion | None = None,
    checks: Sequence[str] = (),
) -> AuditEntry:
    """Return an entry whose texts are cut to what a record has room for."""
    return AuditEntry(
        at=at,
        event=event,
        by=short(by, LONGEST_NAME),
        identity=identity,
        via=via,
        image_version_id=image_version_id,
        detail=short(detail),
        kind=kind,
        code=short(code, LONGEST_NAME) if code else None,
        occasion=occasion,
        checks=[short(check, LONGEST_NOTE) for check in checks[:MOST_CHECKS]],
    )


def decision_entry(approval: Approval, at: datetime) -> AuditEntry:
    """Return the entry of a decision: its checks are what the approver was told."""
    return entry(
        at,
        _DECISIONS[approval.decision],
        approval.comment,
        by=approval.approver,
        identity=identity_of(approval),
        via=approval.via,
        image_version_id=approval.image_version_id,
        checks=approval.checks,
    )


def told_entry(notice: OwedNotice, missed: int, at: datetime) -> AuditEntry:
    """Return the entry of an attempt to tell people: how many were reached, or that there is nobody to be told."""
    event = "asked" if notice.occasion in ASKS else "told"
    if missed or notice.reached:
        return entry(at, event, f"{how_many(notice, missed)} ({notice.about})", occasion=notice.occasion)
    setting = "MIGRATION_ESCALATE" if notice.occasion is Occasion.ESCALATION else "MIGRATION_NOTIFY"
    return entry(at, f"{event} nobody", f"{setting} names no address ({notice.about})", occasion=notice.occasion)


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
