"""What people are told, and when. Plain text, and Markdown for chats that show it."""

import html
import re
from typing import NamedTuple

from migration.approval.approval import Approval, Decision, identity_of
from migration.record.asked import Asked
from migration.record.question import Stage
from migration.record.run import Run
from migration.values.occasion import Occasion
from migration.values.outcome import follows


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


def compose_end(run: Run, *, is_latest: bool = True) -> Message | None:
    """Write what became of a run, None of one that has not ended. Of an earlier one only what it was, not what is."""
    if run.outcome is None or run.ended_at is None:
        return None
    name, lines = _about(run.start.source_image_id, run.image_version_id)
    lines += [Line("Ended", f"{run.ended_at:%Y-%m-%d %H:%M} UTC"), Line("Reason", run.outcome.reason)]
    which = "The migration" if is_latest else "An earlier migration"
    after = after_words(run) if is_latest else [_SINCE]
    return Message(f"{which} of {name} ended: {run.outcome.kind}", [*lines, *(Line("", said) for said in after)])


_SINCE = "Another migration of this image was started since: its own messages say what is so now."


def after_words(run: Run) -> list[str]:
    """Say in sentences what is true of source and copy after the end, and how what nobody decided is asked again."""
    if run.outcome is None:
        return []
    told, expired = follows(run.outcome), run.question is not None and run.question.stage is Stage.EXPIRED
    again = f"Ask again with POST /api/migrations/{run.start.id}/ask-again."
    return [*([told.source] if told.source else []), *([again] if expired and told.can_ask_again else [])]


def compose_question(occasion: Occasion, asked: Asked, link: str, *, anyone_named: bool) -> Message:
    """Ask, from the record. The link, made for its receiver, and the callback token are the only secrets in it.

    `anyone_named` tells whether an answer from somebody who is not verified may count: only then is the token of use.
    """
    name, lines = _about(asked.plan.source.id, asked.version_id)
    verb = "approve" if asked.deletes else "accept"
    title = _ASKING[occasion].format(name=name, verb=verb)
    title = f"{title[:1].upper()}{title[1:]}"
    return Message(title, lines + _question(asked, link, anyone_named=anyone_named))


def compose_decision(asked: Asked) -> Message | None:
    """Tell what was decided, from the record; None where nothing was."""
    if asked.question.approval is None:
        return None
    name, lines = _about(asked.plan.source.id, asked.version_id)
    return Message(*_decision(name, asked.question.approval, lines))


def _about(source_id: str, version_id: str | None) -> tuple[str, list[Line]]:
    lines = [Line("Source image", source_id)]
    return source_id.rpartition("/")[2], lines + ([Line("Image version", version_id)] if version_id else [])


_ASKING = {
    Occasion.APPROVAL_NEEDED: "{verb} the migration of {name}?",
    Occasion.REMINDER: "Reminder: {verb} the migration of {name}?",
    Occasion.ESCALATION: "Nobody has decided yet: {verb} the migration of {name}?",
}


_VERBS = {Decision.APPROVE: "approved", Decision.ACCEPT: "accepted", Decision.REJECT: "rejected"}


def _decision(name: str, approval: Approval, lines: list[Line]) -> tuple[str, list[Line]]:
    said = [Line("Comment", approval.comment)] if approval.comment else []
    by = Line("By", f"{approval.approver} ({identity_of(approval)})")
    return f"The migration of {name} was {_VERBS[approval.decision]}", [*lines, by, *said]


def _question(asked: Asked, link: str, *, anyone_named: bool) -> list[Line]:
    question = asked.question
    regions = ", ".join(f"{region.name} ({region.replica_count})" for region in asked.plan.target_regions)
    consequence = (
        "If you approve, the source image is deleted for good. Test the new version first."
        if asked.deletes
        else "If you accept, the new version becomes eligible as latest. The source image is kept."
    )
    return [
        Line("Replicated to", regions),
        Line("Asked for by", asked.run.requesters[-1].name),
        Line("Expires", f"{question.expires_at:%Y-%m-%d %H:%M} UTC, after which the source is kept"),
        Line("", consequence),
        *([Line("Callback token for automation", question.callback)] if anyone_named else []),
        Line("Decide here", link, is_link=True),
    ]
