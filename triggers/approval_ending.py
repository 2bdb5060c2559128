"""What somebody sees who opens a link whose question is closed: the decision that counted, or how it ended without."""

from typing import Any

from migration.approval import Decision
from migration.audit import identity_of
from migration.outcome import Outcome, OutcomeKind
from migration.request import DeleteSource
from triggers.approval_picture import version_name
from triggers.hub import Migration

_VIA = {"page": "on this page", "api": "through the API", "event": "through the event callback"}


def ending(migration: Migration, asked_in_round: int) -> dict[str, Any]:
    """Return the values of the closing page. `good` tells whether to show it as a thing done."""
    state, status, outcome = migration.state, migration.status, migration.outcome
    superseded = migration.is_live and migration.state.round != asked_in_round
    title, sentence, good = _superseded() if superseded else _words(migration, outcome)
    approval = None if superseded else migration.approval
    version = state.image_version_id
    return {
        "title": title,
        "sentence": sentence,
        "good": good,
        "name": state.start.source_image_id.rpartition("/")[2],
        "source_id": state.start.source_image_id,
        "source_gone": migration.deleted_source,
        "version_id": version,
        "version_name": version_name(version) if version else None,
        "approval": approval,
        "identity": identity_of(approval) if approval else None,
        "via": _VIA[approval.via] if approval else None,
        "decided_at": status.decided_at if status else None,
        "outcome": None if superseded else outcome,
        "reason": None if superseded or approval else outcome and _sentence(outcome.reason),
    }


def _superseded() -> tuple[str, str, bool]:
    sentence = "Approval was asked for again later, with another link. Please use the latest one."
    return "This link is for an earlier question", sentence, False


def _words(migration: Migration, outcome: Outcome | None) -> tuple[str, str, bool]:
    approval = migration.approval
    if approval is None:
        return _undecided(outcome)
    if approval.decision is Decision.REJECT:
        return "Rejected: the source image is kept", "Nothing was deleted. The new version stays as well.", True
    deletes = migration.state.planned.delete_source is not DeleteSource.NEVER
    if outcome is None:
        doing = "Everything is checked once more, then the source image is deleted." if deletes else ""
        return "Approved", doing or "The new version becomes eligible as latest.", True
    if outcome.kind is OutcomeKind.MIGRATED:
        return (
            "Approved, and done",
            "The source image has been deleted. Use the image version instead.",
            True,
        )
    if outcome.code == "Policy":
        return "Approved, and done", "The source image is kept, as was asked for.", True
    kept = outcome.kind is OutcomeKind.SOURCE_KEPT
    title = "Approved, but the source image was kept" if kept else "Approved, but the migration did not complete"
    return title, _sentence(outcome.reason), False


def _undecided(outcome: Outcome | None) -> tuple[str, str, bool]:
    if outcome is None:
        return "Nothing to decide right now", "This migration is not waiting for an approval.", False
    if outcome.code == "ApprovalExpired":
        return "Too late: nobody decided in time", "The source image is kept, and nothing was deleted.", False
    if outcome.kind is OutcomeKind.CANCELLED:
        return "This migration was cancelled", "Nothing is left to decide. The source image is kept.", False
    return "This migration has ended", "Nothing is left to decide. The source image is kept.", False


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
