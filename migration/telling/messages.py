"""What people are told, and when. Plain text, and Markdown for chats that show it."""

import html
import re
from typing import NamedTuple

from migration.approval.approval import Approval, identity_of
from migration.approval.image_record import Question
from migration.asking.request import DeleteSource
from migration.values.occasion import Occasion
from migration.values.outcome import Outcome


class Address(NamedTuple):
    """Where notifications go. `name` is the person behind it, if it is one person's."""

    url: str
    name: str | None

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `url` or `name=url`."""
        name, equals, url = text.partition("=")
        return cls(url, name) if equals and "://" not in name else cls(text, None)


class Line(NamedTuple):
    """One line of a message; without a label it is a sentence. A link is our own address to follow."""

    label: str
    value: str
    is_link: bool = False


class Message(NamedTuple):
    """A notification: what people wrote in it is flattened and, in Markdown, escaped, so that it can fake nothing."""

    title: str
    lines: list[Line]

    def text(self) -> str:
        return "\n".join(f"{line.label}: {_flat(line.value)}" if line.label else line.value for line in self.lines)

    def markdown(self) -> str:
        return "\n".join(_markdown(line) for line in self.lines)


# An underscore inside a word, as names of resources have, marks nothing up.
_MARKUP = re.compile(r"[\\`*\[\]~]|(?<!\w)_|_(?!\w)")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _markdown(line: Line) -> str:
    if line.is_link:
        return f"\n[{line.label}]({line.value})\n"
    escaped = _MARKUP.sub(r"\\\g<0>", html.escape(_flat(line.value), quote=False))
    return f"- **{line.label}:** {escaped}" if line.label else f"\n{line.value}\n"


def compose_end(source_image_id: str, image_version_id: str | None, outcome: Outcome | None) -> Message:
    """Write what became of a migration."""
    name, lines = _about(source_image_id, image_version_id)
    title = f"The migration of {name} ended: {outcome.kind}" if outcome else f"The migration of {name}"
    return Message(title, lines + ([Line("Reason", outcome.reason)] if outcome else []))


def compose_question(occasion: Occasion, question: Question, link: str | None, *, anyone_named: bool) -> Message:
    """Ask, from the record. The link, signed for its receiver, and the callback token are the only secrets in it.

    `anyone_named` tells whether an answer from somebody who is not verified may count: only then is the token of use.
    """
    name, lines = _about(question.plan.source.id, question.copied.image_version_id)
    return Message(_ASKING[occasion].format(name=name), lines + _question(question, link, anyone_named=anyone_named))


def compose_decision(question: Question) -> Message | None:
    """Tell what was decided, from the record; None where nothing was."""
    if question.approval is None:
        return None
    name, lines = _about(question.plan.source.id, question.copied.image_version_id)
    return Message(*_decision(name, question.approval, lines))


def _about(source_id: str, version_id: str | None) -> tuple[str, list[Line]]:
    lines = [Line("Source image", source_id)]
    return source_id.rpartition("/")[2], lines + ([Line("Image version", version_id)] if version_id else [])


_ASKING = {
    Occasion.APPROVAL_NEEDED: "Approve the migration of {name}?",
    Occasion.REMINDER: "Reminder: approve the migration of {name}?",
    Occasion.ESCALATION: "Nobody has decided yet: approve the migration of {name}?",
}


def _decision(name: str, approval: Approval, lines: list[Line]) -> tuple[str, list[Line]]:
    verb = "approved" if approval.decision == "approve" else "rejected"
    said = [Line("Comment", approval.comment)] if approval.comment else []
    by = Line("By", f"{approval.approver} ({identity_of(approval)})")
    return f"The migration of {name} was {verb}", [*lines, by, *said]


def _question(question: Question, link: str | None, *, anyone_named: bool) -> list[Line]:
    plan = question.plan
    regions = ", ".join(f"{region.name} ({region.replica_count})" for region in plan.target_regions)
    kept = plan.delete_source is DeleteSource.NEVER
    consequence = (
        "If you approve, the new version becomes eligible as latest. The source image is kept."
        if kept
        else "If you approve, the source image is deleted for good. Test the new version first."
    )
    decide = Line("Decide with", f"POST /api/migrations/{question.start.id}/approval")
    return [
        Line("Replicated to", regions),
        Line("Asked for by", question.start.requested_by),
        Line("Expires", f"{question.expires_at:%Y-%m-%d %H:%M} UTC, after which the source is kept"),
        Line("", consequence),
        *([Line("Callback token for automation", question.callback)] if anyone_named else []),
        Line("Decide here", link, is_link=True) if link else decide,
    ]
