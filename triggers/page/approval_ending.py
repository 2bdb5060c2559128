"""What somebody sees who opens a link whose question is closed: the decision that counted, or how it ended without."""

from datetime import UTC, datetime
from typing import Any

from migration.approval.approval import Decision, identity_of
from migration.approval.image_record import Question, Stage
from migration.asking.request import DeleteSource
from migration.values.outcome import FOLLOWS, Outcome, OutcomeKind
from triggers.page.approval_picture import version_name
from triggers.steering.hub import Migration

_DELETED = "The source image has been deleted. Use the image version instead."
_VIA = {"page": "on this page", "api": "through the API", "event": "through the event callback"}


def ending(question: Question, migration: Migration | None, asked: str) -> dict[str, Any]:
    """Return the values of the closing page, from the record. `good` tells whether to show it as a thing done.

    `asked` is the id of the question the link is for; `migration` tells the outcome, where the hub still has it.
    """
    superseded = question.id != asked
    outcome = migration.outcome if migration and not superseded else None
    approval = None if superseded else question.approval
    title, sentence, good = _superseded() if superseded else _words(question, outcome)
    source, version = question.plan.source, question.copied.image_version_id
    return {
        "title": title,
        "sentence": sentence,
        "good": good,
        "name": source.name,
        "source_id": source.id,
        "source_gone": question.stage is Stage.DELETED,
        "version_id": version,
        "version_name": version_name(version),
        "approval": approval,
        "identity": identity_of(approval) if approval else None,
        "via": _VIA[approval.via] if approval else None,
        "decided_at": question.decided_at,
        "going": outcome is None and question.stage in {Stage.APPROVED, Stage.DELETE_SENT} and not superseded,
        "reason": None if approval else outcome and _sentence(outcome.reason),
    }


def _superseded() -> tuple[str, str, bool]:
    sentence = "Approval was asked for again later, with another link. Please use the latest one."
    return "This link is for an earlier question", sentence, False


def _words(question: Question, outcome: Outcome | None) -> tuple[str, str, bool]:
    if question.stage is Stage.REPLACED:
        return _superseded()
    if question.approval is None:
        return _undecided(question)
    if question.approval.decision is Decision.REJECT:
        return "Rejected: the source image is kept", "Nothing was deleted. The new version stays as well.", True
    if question.stage is Stage.CANCELLED:
        sentence = "It was approved, and stopped before the delete was sent. The new version stays as well."
        return "Stopped: the source image is kept", sentence, True
    return _approved(outcome) if outcome else _carried_out(question)


def _carried_out(question: Question) -> tuple[str, str, bool]:
    """Say how far an approval has come, by the record alone: the hub has no outcome, not yet or not any more."""
    match question.stage:
        case Stage.APPROVED if question.plan.delete_source is DeleteSource.NEVER:
            return "Approved", "The new version becomes eligible as latest.", True
        case Stage.APPROVED:
            return "Approved", "Everything is checked once more, then the source image is deleted.", True
        case Stage.DELETE_SENT:
            return "Approved", "The delete of the source image has been sent to Azure.", True
        case Stage.DELETED:
            return "Approved, and done", _DELETED, True
        case Stage.UNKNOWN | Stage.GONE:
            sentence = "What became of the source image is not known here: look whether it still exists."
            return "Approved, but the migration did not complete", sentence, False
        case _:
            return "Approved, and over", "The source image was not deleted by this app.", False


def _approved(outcome: Outcome) -> tuple[str, str, bool]:
    title = FOLLOWS[outcome.kind].approved
    if outcome.kind is OutcomeKind.MIGRATED:
        return title, _DELETED, True
    if outcome.code == "Policy":
        return "Approved, and done", "The source image is kept, as was asked for.", True
    return title, _sentence(outcome.reason), False


def _undecided(question: Question) -> tuple[str, str, bool]:
    if question.stage is Stage.CANCELLED:
        return "This migration was cancelled", "Nothing is left to decide. The source image is kept.", False
    if question.stage is Stage.EXPIRED or (question.stage is Stage.OPEN and datetime.now(UTC) >= question.expires_at):
        return "Too late: nobody decided in time", "The source image is kept, and nothing was deleted.", False
    return "This migration has ended", "Nothing is left to decide. The source image is kept.", False


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
