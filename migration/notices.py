"""What people are told, and when. Plain text, and Markdown for chats that show it."""

from typing import NamedTuple

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


class Message(NamedTuple):
    """A title and lines of `(label, value)`; a line without label is a sentence."""

    title: str
    lines: list[tuple[str, str]]

    def text(self) -> str:
        return "\n".join(f"{label}: {value}" if label else value for label, value in self.lines)

    def markdown(self) -> str:
        return "\n".join(f"- **{label}:** {value}" if label else f"\n{value}\n" for label, value in self.lines)


def compose(occasion: Occasion, state: MigrationState, link: str | None) -> Message:
    """Write a notification. The link, signed for its receiver, is the only secret in it."""
    name = state.start.source_image_id.rpartition("/")[2]
    lines = [("Source image", state.start.source_image_id)]
    if state.image_version_id:
        lines.append(("Image version", state.image_version_id))
    if occasion in ASKS:
        return Message(_ASKING[occasion].format(name=name), lines + _question(state, link))
    if occasion is Occasion.DECIDED and state.approval is not None:
        verb = "approved" if state.approval.decision == "approve" else "rejected"
        said = [("Comment", state.approval.comment)] if state.approval.comment else []
        return Message(f"The migration of {name} was {verb}", [*lines, ("By", state.approval.approver), *said])
    outcome = state.outcome
    title = f"The migration of {name} ended: {outcome.kind}" if outcome else f"The migration of {name}"
    return Message(title, lines + ([("Reason", outcome.reason)] if outcome else []))


_ASKING = {
    Occasion.APPROVAL_NEEDED: "Approve the migration of {name}?",
    Occasion.REMINDER: "Reminder: approve the migration of {name}?",
    Occasion.ESCALATION: "Nobody has decided yet: approve the migration of {name}?",
}


def _question(state: MigrationState, link: str | None) -> list[tuple[str, str]]:
    plan = state.planned
    regions = ", ".join(f"{region.name} ({region.replica_count})" for region in plan.target_regions)
    kept = plan.delete_source is DeleteSource.NEVER
    consequence = (
        "If you approve, the new version becomes eligible as latest. The source image is kept."
        if kept
        else "If you approve, the source image is deleted for good. Test the new version first."
    )
    expires = state.expires_at.isoformat(sep=" ", timespec="minutes") if state.expires_at else "-"
    return [
        ("Replicated to", regions),
        ("Asked for by", state.start.requested_by),
        ("Expires", f"{expires}, after which the source is kept"),
        ("", consequence),
        ("Decide here", link) if link else ("Decide with", f"POST /api/migrations/{state.start.id}/approval"),
    ]
