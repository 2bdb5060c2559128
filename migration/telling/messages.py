"""What people are told, and when. Plain text, and Markdown for chats that show it."""

import html
import re
from enum import StrEnum
from typing import NamedTuple

from migration.approval.approval import Approval, Decision, identity_of
from migration.promise.shown import SinceSoak
from migration.record.asked import Asked
from migration.record.run import Run
from migration.runbook.guide import cure_in_soak, guide
from migration.runbook.row import for_people
from migration.values.occasion import Occasion
from migration.values.outcome import Outcome, OutcomeKind
from migration.values.words.capitals import capitalised
from migration.values.words.spans import in_words


class Severity(StrEnum):
    """How much it matters, in the words that chats and mail have for it."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"


class Line(NamedTuple):
    """One line of a message; without a label it is a sentence. A link is our own address to follow."""

    label: str
    value: str
    is_link: bool = False


class Message(NamedTuple):
    """A notification: what people wrote in it is flattened and, in Markdown, escaped, so that it can fake nothing."""

    title: str
    lines: list[Line]
    severity: Severity = Severity.INFO

    def text(self) -> str:
        return "\n".join(f"{line.label}: {_flat(line.value)}" if line.label else line.value for line in self.lines)

    def markdown(self) -> str:
        return "\n".join(_markdown(line) for line in self.lines)


# An underscore inside a word, as names of resources have, marks nothing up.
_MARKUP = re.compile(r"[\\`*\[\]~]|(?<!\w)_|_(?!\w)")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _markdown(line: Line) -> str:
    if line.is_link:  # spelt out: the plain part of a mail shows the words of a link, and not where it leads
        return f"\n**{line.label}:** [{line.value}]({line.value})\n"
    escaped = _MARKUP.sub(r"\\\g<0>", html.escape(_flat(line.value), quote=False))
    return f"- **{line.label}:** {escaped}" if line.label else f"\n{line.value}\n"


def compose_end(run: Run, link: str, *, is_latest: bool = True) -> Message | None:
    """Write what became of a run, None of one that has not ended. Of an earlier one only what it was, not what is."""
    if run.outcome is None or run.ended_at is None:
        return None
    name, lines = _about(run.start.id, run.start.source_image_id, run.image_version_id)
    lines += [Line("Ended", f"{run.ended_at:%Y-%m-%d %H:%M} UTC"), Line("Reason", run.outcome.reason)]
    which = "The migration" if is_latest else "An earlier migration"
    lines += _follows(run.start.id, run.outcome) if is_latest else [Line("Next step", _SINCE)]
    lines.append(Line("How it stands", link, is_link=True))
    return Message(f"{which} of {name} ended: {run.outcome.kind}", lines, _severity(run.outcome))


def _follows(migration_id: str, outcome: Outcome) -> list[Line]:
    """Say what is true of source and copy, what to do next, and who can, as the API does."""
    told = guide(outcome, for_people(migration_id))
    left = [Line("Left behind", ", ".join(outcome.left_behind))] if outcome.left_behind else []
    next_step = [Line("Next step", told.step), Line("Who can", told.who)] if told.step else []
    return [Line("Source and version", told.state), *left, *next_step]


def _severity(outcome: Outcome) -> Severity:
    if outcome.kind is OutcomeKind.MIGRATED:
        return Severity.SUCCESS
    return Severity.FAILURE if outcome.is_failure else Severity.INFO


_SINCE = "None: another migration of this image was started since, and its own messages say what is so now."


def compose_question(occasion: Occasion, asked: Asked, link: str, since: SinceSoak | None = None) -> Message:
    """Ask, from the record. The link, made for its receiver, is the only secret in it.

    `since` is what has happened since the soak before it began, where there was one.
    """
    name, lines = _about(asked.migration_id, asked.plan.source.id, asked.version_id)
    title = _ASKING[occasion].format(asks=_asks(asked, name))
    title = capitalised(title)
    severity = Severity.WARNING if occasion is Occasion.ESCALATION else Severity.INFO
    return Message(title, lines + _question(asked, link, since), severity)


def compose_decision(asked: Asked, link: str) -> Message | None:
    """Tell what was decided, from the record, and what comes of it; None where nothing was."""
    if asked.question.approval is None:
        return None
    name, lines = _about(asked.migration_id, asked.plan.source.id, asked.version_id)
    title, lines = _decision(_decided_about(asked, name), asked.question.approval, lines)
    next_step = Line("Next step", _comes(asked, asked.question.approval.decision))
    return Message(title, [*lines, next_step, Line("How it stands", link, is_link=True)])


def compose_postponed(migration_id: str, run: Run, link: str) -> Message | None:
    """Tell that the question about the delete is postponed, and why; None where it is not any more."""
    soak = run.soak
    if soak is None or soak.postponed is None or not run.is_live:
        return None
    name, lines = _about(migration_id, run.start.source_image_id, run.image_version_id)
    why = soak.postponed
    lines += [
        Line("Reason", why.message),
        Line("Postponed since", f"{why.since:%Y-%m-%d %H:%M} UTC"),
        Line("Until", f"{soak.limit:%Y-%m-%d %H:%M} UTC at most, after which the source is kept"),
        Line("Next step", cure_in_soak(why.code)),
        Line("How it stands", link, is_link=True),
    ]
    return Message(f"The delete of the source image {name} is not asked about yet", lines, Severity.WARNING)


def _about(migration_id: str, source_id: str, version_id: str | None) -> tuple[str, list[Line]]:
    lines = [Line("Migration", migration_id), Line("Source image", source_id)]
    return source_id.rpartition("/")[2], lines + ([Line("Image version", version_id)] if version_id else [])


_OBJECT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def shown_requester(name: str) -> str:
    """Return who asked as people read it: of a tag only the object id of whoever set it is known."""
    return f"object id {name}" if _OBJECT_ID.fullmatch(name) else name


_ASKING = {
    Occasion.APPROVAL_NEEDED: "{asks}?",
    Occasion.REMINDER: "Reminder: {asks}?",
    Occasion.ESCALATION: "Nobody has decided yet: {asks}?",
}


def _asks(asked: Asked, name: str) -> str:
    if asked.question.soaked_since is not None:
        return f"delete the source image {name} after its soak"
    return f"{'approve' if asked.deletes else 'accept'} the migration of {name}"


_COMES = {
    Decision.APPROVE: "None: everything is checked once more, then the source image is deleted. You hear how it ended.",
    Decision.ACCEPT: "None: the version becomes what was asked for, the source image is kept. You hear how it ended.",
    Decision.REJECT: "None: the source image is kept. You hear how it ended, and what can be done then.",
}
_VERBS = {Decision.APPROVE: "approved", Decision.ACCEPT: "accepted", Decision.REJECT: "rejected"}


def _comes(asked: Asked, decision: Decision) -> str:
    if asked.question.precedes_soak and decision is Decision.ACCEPT:
        return (
            "None: the version becomes what was asked for, the source image is kept for now."
            f" {in_words(asked.plan.soak)} later you are asked whether it may be deleted."
        )
    return _COMES[decision]


def _decided_about(asked: Asked, name: str) -> str:
    """Say what was decided about: after a soak, the version has been accepted long before."""
    return f"The {'migration of' if asked.question.soaked_since is None else 'delete of the source image'} {name}"


def _decision(what: str, approval: Approval, lines: list[Line]) -> tuple[str, list[Line]]:
    said = [Line("Comment", approval.comment)] if approval.comment else []
    by = Line("By", f"{approval.approver} ({identity_of(approval)})")
    return f"{what} was {_VERBS[approval.decision]}", [*lines, by, *said]


def _consequence(asked: Asked, latest: str) -> str:
    if asked.question.soaked_since is not None:
        return "If you approve, the source image is deleted for good."
    if asked.deletes:
        return "If you approve, the source image is deleted for good. Test the new version first."
    if asked.question.precedes_soak:
        later = f"{in_words(asked.plan.soak)} later you are asked whether the source image may be deleted."
        return f"If you accept, the new version {latest}, and the source image is kept for now. {later}"
    return f"If you accept, the new version {latest}. The source image is kept."


def _question(asked: Asked, link: str, since: SinceSoak | None) -> list[Line]:
    question = asked.question
    regions = ", ".join(f"{region.name} ({region.replica_count})" for region in asked.plan.target_regions)
    older = asked.plan.stays_excluded
    latest = f"stays excluded from latest: {older}" if older else "becomes eligible as latest"
    return [
        Line("Replicated to", regions),
        Line("Asked for by", shown_requester(asked.run.requesters[-1].name)),
        Line("Expires", f"{question.expires_at:%Y-%m-%d %H:%M} UTC, after which the source is kept"),
        *([Line("", f"{since.in_words}.")] if since else []),
        Line("", _consequence(asked, latest)),
        *([Line("", f"As planned, the new version {latest}.")] if older and asked.deletes else []),
        Line("Decide here", link, is_link=True),
    ]
