"""Step 6: ask a human, with a signed link. A notification that cannot be sent never stops a migration."""

import logging
import os

from migration.links import ApprovalLink, sign_link
from migration.plan import Plan
from migration.record import Record
from migration.request import DeleteSource
from migration.settings import Settings, settings
from migration.state import MigrationState

_LOG = logging.getLogger(__name__)


class Asked(Record):
    """How many notifications were sent, and what went wrong with the others."""

    sent: int
    notes: list[str]


async def request_approval(state: MigrationState) -> Asked:
    """Notify every address of MIGRATION_NOTIFY. Runs again for each reminder."""
    from apprise import Apprise

    current = settings()
    title = f"{'Reminder: ' * (state.reminded > 0)}approve the migration of {state.planned.source.name}?"
    body = _text(state, approval_url(state, current))
    sent, notes = 0, []
    for url in current.notify:
        sender = Apprise()
        if sender.add(url.get_secret_value()) and await sender.async_notify(title=title, body=body):
            sent += 1
        else:
            notes.append(f"notification {current.notify.index(url) + 1} could not be sent")
    if not sent:
        _LOG.warning("no notification was sent for %s: decide at /api/migrations/%s", state.start.id, state.start.id)
    return Asked(sent=sent, notes=notes)


def approval_url(state: MigrationState, current: Settings) -> str | None:
    """Return the signed link, or None without MIGRATION_SIGNING_KEY."""
    if current.signing_key is None:
        return None
    address = current.public_url or f"https://{os.environ.get('WEBSITE_HOSTNAME', 'localhost')}"
    link = ApprovalLink(state.start.id, state.version_id)
    return f"{address.rstrip('/')}/api/approvals/{sign_link(link, current.signing_key.get_secret_value())}"


def _text(state: MigrationState, url: str | None) -> str:
    plan = state.planned
    regions = ", ".join(f"{region.name} ({region.replica_count})" for region in plan.target_regions)
    return "\n".join(
        [
            f"Image version: {state.version_id}",
            f"Replicated to: {regions}",
            f"Source image: {plan.source.id}",
            f"Asked for by: {state.start.requested_by}",
            _consequence(plan),
            f"Decide here: {url}" if url else f"Decide with POST /api/migrations/{state.start.id}/approval",
        ]
    )


def _consequence(plan: Plan) -> str:
    if plan.delete_source is DeleteSource.NEVER:
        return "If you approve, the new version becomes eligible as latest. The source image is kept."
    return "If you approve, the source image is deleted for good. Test the new version first."
