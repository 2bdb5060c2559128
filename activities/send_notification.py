"""Tells people: a question with a signed link for each of them, or what became of a migration. Never fails."""

import logging
import os

from pydantic import SecretStr

from migration.links import LINK_PURPOSE, ApprovalLink, Signer, SigningKeyMissingError
from migration.notices import Address, Notice, Sent, compose
from migration.occasion import ASKS, Occasion
from migration.settings import Settings, settings
from migration.state import MigrationState

_LOG = logging.getLogger(__name__)


async def send_notification(notice: Notice) -> Sent:
    """Notify the addresses the notice is for; returns those that were not reached, to be tried again."""
    current = settings()
    addresses = [Address.parse(secret.get_secret_value()) for secret in _audience(notice.occasion, current)]
    chosen = [number for number in range(len(addresses)) if notice.to is None or number in notice.to]
    missed = [number for number in chosen if not await _send(addresses[number], notice, current)]
    if missed:
        _LOG.warning("%s: %d notifications (%s) not sent", notice.state.start.id, len(missed), notice.occasion)
    return Sent(sent=len(chosen) - len(missed), missed=missed)


def _audience(occasion: Occasion, current: Settings) -> list[SecretStr]:
    return current.escalate if occasion is Occasion.ESCALATION else current.notify


async def _send(address: Address, notice: Notice, current: Settings) -> bool:
    """Send in the form the receiver shows best: plain text, or Markdown, which apprise turns into HTML for mail."""
    from apprise import Apprise, NotifyFormat

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it says of an address would show its secrets
    link = approval_url(notice.state, address.name, current) if notice.occasion in ASKS else None
    message = compose(notice.occasion, notice.state, link)
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


def approval_url(state: MigrationState, approver: str | None, current: Settings) -> str | None:
    """Return the link signed for this approver; None without MIGRATION_SIGNING_KEY."""
    if state.expires_at is None:
        return None
    link = ApprovalLink(
        migration_id=state.start.id,
        image_version_id=state.version_id,
        round=state.round,
        approver=approver,
        expires_at=state.expires_at,
    )
    try:
        token = Signer(current, LINK_PURPOSE).sign(link)
    except SigningKeyMissingError:
        return None
    address = current.public_url or f"https://{os.environ.get('WEBSITE_HOSTNAME', 'localhost')}"
    return f"{address.rstrip('/')}/api/approvals/{token}"
