"""What somebody sees who opens a link whose question is closed: the decision that counted, or how it ended without.

All of it is the run's own, by the record; a link of an earlier run tells that run's end. What is told of the source is
what was seen of it last, and of what was not seen nothing is claimed.
"""

from datetime import UTC, datetime
from typing import Any

from migration.approval.approval import Decision, identity_of
from migration.record.asked import Asked
from migration.record.question import Stage
from migration.runbook.guide import approved_title, guide
from migration.runbook.row import for_people
from migration.values.outcome import Outcome, OutcomeKind, SourceSeen
from migration.values.words.capitals import capitalised
from migration.values.words.spans import in_words
from triggers.page.approval_picture import version_name

_DECIDED = {Decision.APPROVE: "approved", Decision.ACCEPT: "accepted"}
_VIA = {"page": "on this page", "api": "through the API", "event": "through the event callback"}


def ending(asked: Asked, question_id: str) -> dict[str, Any]:
    """Return the values of the closing page. `good` tells whether to show it as a thing done.

    `question_id` is that of the question the link is for.
    """
    question, outcome = asked.question, asked.run.outcome
    superseded = question.id != question_id or question.stage is Stage.REPLACED
    approval = None if superseded else question.approval
    title, sentence, good = _superseded() if superseded else _words(asked, outcome)
    source = asked.plan.source
    return {
        "title": title,
        "sentence": sentence,
        "good": good,
        "name": source.name,
        "source_id": source.id,
        "source_state": _source_state(question.stage, outcome),
        "version_id": asked.version_id,
        "version_name": version_name(asked.version_id),
        "approval": approval,
        "identity": identity_of(approval) if approval else None,
        "via": _VIA[approval.via] if approval else None,
        "decided_at": question.decided.at if question.decided and approval else None,
        "going": asked.run.is_live and not superseded and question.stage is not Stage.OPEN,
        "reason": None if approval or superseded else outcome and _sentence(outcome.reason),
    }


def _source_state(stage: Stage, outcome: Outcome | None) -> str | None:
    if stage is Stage.DELETED:
        return "deleted"
    return "gone" if outcome is not None and outcome.is_source_gone else None


def _superseded() -> tuple[str, str, bool]:
    sentence = "Approval was asked for again later, with another link. Please use the latest one."
    return "This link is for an earlier question", sentence, False


def _words(asked: Asked, outcome: Outcome | None) -> tuple[str, str, bool]:
    question = asked.question
    if question.approval is None:
        return _undecided(asked)
    decision = question.approval.decision
    if decision is Decision.REJECT:
        return _kept("Rejected", outcome), f"Nothing was deleted. {_after(asked)}".strip(), True
    if question.stage is Stage.CANCELLED:
        accepted = "the delete was asked about" if asked.run.soak else "that was done"
        before = "the delete was sent" if decision is Decision.APPROVE else accepted
        sentence = f"It was {_DECIDED[decision]}, and stopped before {before}. {_after(asked)}"
        return _kept("Stopped", outcome), sentence.strip(), True
    return _settled(asked, decision, outcome) if outcome else _carried_out(asked)


def _kept(decided: str, outcome: Outcome | None) -> str:
    """Begin with what was decided, and say what has become of the source."""
    seen = outcome.source if outcome else SourceSeen.UNKNOWN
    if seen is SourceSeen.GONE:
        return f"{decided}, and the source image is gone"
    return f"{decided}: {'the source image is kept' if seen is SourceSeen.THERE else 'nothing is deleted'}"


def _after(asked: Asked) -> str:
    """Say what is true of source and copy after the end, and what to do next."""
    outcome = asked.run.outcome
    return guide(outcome, for_people(asked.migration_id)).text if outcome else ""


def _carried_out(asked: Asked) -> tuple[str, str, bool]:
    """Say how far an approval has come."""
    match asked.question.stage:
        case Stage.ACCEPTED if asked.question.precedes_soak:
            return "Accepted", _soaking(asked), True
        case Stage.ACCEPTED:
            return "Accepted", "The new version becomes what was asked for. The source image is not deleted.", True
        case Stage.SENT:
            return "Approved", "The delete of the source image has been sent to Azure.", True
        case Stage.SENDING:
            return "Approved", "The delete of the source image is being sent to Azure.", True
        case _:
            return "Approved", "Everything is checked once more, then the source image is deleted.", True


def _soaking(asked: Asked) -> str:
    """Say when it is asked about the delete, and what keeps it from being asked."""
    soak = asked.run.soak
    if soak is None:
        later = f"{in_words(asked.plan.soak)} after that it is asked whether the source image may be deleted."
        return f"The new version becomes what was asked for. The source image is kept for now: {later}"
    if soak.postponed is not None:
        why = _sentence(soak.postponed.message)
        return f"The new version is in use. Whether the source image may be deleted is not asked yet. {why}"
    when = f"{soak.until:%Y-%m-%d %H:%M} UTC"
    return f"The new version is in use. Whether the source image may be deleted is asked on {when} at the earliest."


def _settled(asked: Asked, decision: Decision, outcome: Outcome) -> tuple[str, str, bool]:
    """Say what became of it; whoever accepted it is not told that the source was kept after all."""
    title = approved_title(outcome)
    if outcome.kind is OutcomeKind.MIGRATED:
        return title, _after(asked), True
    if outcome.code in {"Policy", "Accepted"}:
        return "Accepted, and done", f"The version is complete. {_after(asked)}", True
    if asked.question.precedes_soak and outcome.kind is OutcomeKind.SOURCE_KEPT:
        return _kept("Accepted", outcome), f"{_sentence(outcome.reason)} {_after(asked)}", True
    if decision is Decision.ACCEPT:
        title = "Accepted, but the migration did not complete"
    return title, f"{_sentence(outcome.reason)} {_after(asked)}", False


def _undecided(asked: Asked) -> tuple[str, str, bool]:
    question = asked.question
    if question.stage is Stage.CANCELLED:
        return "This migration was cancelled", f"Nothing is left to decide. {_after(asked)}", False
    if question.stage is Stage.EXPIRED or (question.stage is Stage.OPEN and datetime.now(UTC) >= question.expires_at):
        return "Too late: nobody decided in time", f"Nothing was deleted. {_after(asked)}".strip(), False
    if question.stage is Stage.OPEN:
        sentence = (
            "It was stopped from outside, or is just being started. Nothing was decided or deleted."
            " Open the page again in some minutes."
        )
        return "This migration is not under way", sentence, False
    return "This migration has ended", f"Nothing is left to decide. {_after(asked)}", False


def _sentence(text: str) -> str:
    return f"{capitalised(text.rstrip('.'))}."
