"""What people are told, and when. Plain text, and Markdown for chats that show it."""

import html
import re
from typing import NamedTuple

from migration.approval import Approval
from migration.audit import identity_of
from migration.occasion import ASKS, Occasion
from migration.record import Record
from migration.request import DeleteSource
from migration.state import MigrationState


class Notice(Record):
    """One notification to send. `to` are the numbers of the addresses still to be reached; None means all."""

    occasion: Occasion
    state: MigrationState
    to: list[int] | None = None


class Sent(Record):
    """How sending went: how many got it, and the numbers of the addresses that did not."""

    sent: int
    missed: list[int]


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


def compose(occasion: Occasion, state: MigrationState, link: str | None) -> Message:
    """Write a notification. The link, signed for its receiver, is the only secret in it."""
    name = state.start.source_image_id.rpartition("/")[2]
    lines = [Line("Source image", state.start.source_image_id)]
    if state.image_version_id:
        lines.append(Line("Image version", state.image_version_id))
    if occasion in ASKS:
        return Message(_ASKING[occasion].format(name=name), lines + _question(state, link))
    if occasion is Occasion.DECIDED and state.approval is not None:
        return Message(*_decision(name, state.approval, lines))
    outcome = state.outcome
    title = f"The migration of {name} ended: {outcome.kind}" if outcome else f"The migration of {name}"
    return Message(title, lines + ([Line("Reason", outcome.reason)] if outcome else []))


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


def _question(state: MigrationState, link: str | None) -> list[Line]:
    plan = state.planned
    regions = ", ".join(f"{region.name} ({region.replica_count})" for region in plan.target_regions)
    kept = plan.delete_source is DeleteSource.NEVER
    consequence = (
        "If you approve, the new version becomes eligible as latest. The source image is kept."
        if kept
        else "If you approve, the source image is deleted for good. Test the new version first."
    )
    expires = f"{state.expires_at:%Y-%m-%d %H:%M} UTC" if state.expires_at else "-"
    decide = Line("Decide with", f"POST /api/migrations/{state.start.id}/approval")
    return [
        Line("Replicated to", regions),
        Line("Asked for by", state.start.requested_by),
        Line("Expires", f"{expires}, after which the source is kept"),
        Line("", consequence),
        Line("Decide here", link, is_link=True) if link else decide,
    ]
