"""The audit of a migration: who did what, when, from where, and what was checked."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from migration.approval.approval import Approval, ApprovalEvent, Decision, identity_of
from migration.approval.image_record import Decided
from migration.values.answer import Refusal
from migration.values.record import Record

LONGEST_AUDIT = 100
ANSWER_REFUSED = "answer refused"
_VERIFIED = re.compile(r"version verified at [0-9: -]{19} UTC")
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
    """Return the entry of a decision: its checks are what was verified before, and what the approver was told."""
    verified = [f"version verified at {verified_at:%Y-%m-%d %H:%M:%S} UTC"] if verified_at else []
    return AuditEntry(
        at=at,
        event=_DECISIONS[approval.decision],
        by=approval.approver,
        identity=identity_of(approval),
        via=approval.via,
        image_version_id=approval.image_version_id,
        detail=approval.comment,
        checks=[*verified, *approval.checks],
    )


def confirmed(entries: Iterable[AuditEntry], decisions: Iterable[Decided]) -> list[AuditEntry]:
    """Tell decisions as they are known, and leave out those that nobody took: whoever can write a history can write an
    entry, too.
    """
    known = {_key(entry): entry for entry in (decision_entry(one.approval, one.at, None) for one in decisions)}
    told = set(_DECISIONS.values())
    return [
        _as_known(entry, known.get(_key(entry))) if entry.event in told else entry
        for entry in entries
        if entry.event not in told or _key(entry) in known
    ]


def tells(entries: Iterable[AuditEntry], decision: Decided) -> bool:
    """Say whether a decision stands among these entries: another one may bear its time."""
    wanted = _key(decision_entry(decision.approval, decision.at, None))
    return any(_key(entry) == wanted for entry in entries)


def _key(entry: AuditEntry) -> tuple[datetime, str, str]:
    return entry.at, entry.event, entry.by


def _as_known(entry: AuditEntry, known: AuditEntry | None) -> AuditEntry:
    """Return a decision as the record has it; only that the version had been verified it has from the orchestration."""
    relied_on = [check for check in entry.checks if _VERIFIED.fullmatch(check)][:1]
    return known.model_copy(update={"checks": known.checks or relied_on}) if known else entry


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
