"""Tells people: a question with a signed link for each of them, or what became of a migration. Never fails."""

import logging
import os

from pydantic import SecretStr

from migration.approval.admission import anyone_named
from migration.approval.image_record import Question, Stage
from migration.asking.settings import Settings, settings
from migration.asking.signing import LINK_PURPOSE, ApprovalLink, Signer, SigningKeyMissingError
from migration.course.notice import Notice, Sent
from migration.telling.messages import Address, Message, compose_decision, compose_end, compose_question
from migration.values.occasion import ASKS, Occasion
from records.store import load

_LOG = logging.getLogger(__name__)
FROM_RECORD = {*ASKS, Occasion.DECIDED}


async def send_notification(notice: Notice) -> Sent:
    """Notify the addresses the notice is for; returns those that were not reached, to be tried again.

    Questions and decisions are told as the record has them; a question that is closed is told no more.
    """
    current = settings()
    question = await _question(notice)
    if question is None and notice.occasion in FROM_RECORD:
        return Sent(sent=0, missed=[])
    addresses = [Address.parse(secret.get_secret_value()) for secret in _audience(notice.occasion, current)]
    chosen = [number for number in range(len(addresses)) if notice.to is None or number in notice.to]
    missed = [
        number
        for number in chosen
        if not await _send(addresses[number], _message(notice, question, addresses[number], current), notice)
    ]
    if missed:
        _LOG.warning("%s: %d notifications (%s) not sent", notice.state.start.id, len(missed), notice.occasion)
    return Sent(sent=len(chosen) - len(missed), missed=missed)


async def _question(notice: Notice) -> Question | None:
    """Return the question the notice is about, if it stands as the notice says."""
    if notice.occasion not in FROM_RECORD:
        return None
    record = await load(notice.state.start.id)
    question = record.question if record else None
    if question is None or (notice.occasion in ASKS) != (question.stage is Stage.OPEN):
        return None
    return question


def _audience(occasion: Occasion, current: Settings) -> list[SecretStr]:
    return current.escalate if occasion is Occasion.ESCALATION else current.notify


def _message(notice: Notice, question: Question | None, address: Address, current: Settings) -> Message:
    decision = compose_decision(question) if question and notice.occasion is Occasion.DECIDED else None
    if question is None or notice.occasion not in ASKS:
        state = notice.state
        return decision or compose_end(state.start.source_image_id, state.image_version_id, state.outcome)
    link = approval_url(question, address.name, current)
    return compose_question(notice.occasion, question, link, anyone_named=anyone_named(current))


async def _send(address: Address, message: Message, notice: Notice) -> bool:
    """Send in the form the receiver shows best: plain text, or Markdown, which apprise turns into HTML for mail."""
    from apprise import Apprise, NotifyFormat

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it says of an address would show its secrets
    sender = Apprise()
    try:
        if not sender.add(address.url):
            return False
        plain = sender[0].resolve_format() == NotifyFormat.TEXT
        body = message.text() if plain else message.markdown()
        body_format = NotifyFormat.TEXT if plain else NotifyFormat.MARKDOWN
        return bool(await sender.async_notify(title=message.title, body=body, body_format=body_format))
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and no notification stops a migration
        _LOG.warning("%s: a notification failed: %s", notice.state.start.id, type(error).__name__)
        return False


def approval_url(question: Question, approver: str | None, current: Settings) -> str | None:
    """Return the link signed for this approver; None without MIGRATION_SIGNING_KEY.

    The secret is in the query: the host writes the paths of requests into logs and telemetry.
    """
    link = ApprovalLink(migration_id=question.start.id, question=question.id, approver=approver)
    try:
        token = Signer(current, LINK_PURPOSE).sign(link)
    except SigningKeyMissingError:
        return None
    address = current.public_url or f"https://{os.environ.get('WEBSITE_HOSTNAME', 'localhost')}"
    return f"{address.rstrip('/')}/api/approvals/{question.start.id}?token={token}"
