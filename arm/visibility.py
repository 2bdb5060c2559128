"""What a plan foresees of the search for who uses an image: whether the app may see all there is.

Read no more often than needed, so that many plans at once cost few calls; just before a delete it is read anew.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from arm.errors import ArmRefusedError
from arm.rights import find_hidden_users
from arm.subscriptions import list_subscriptions
from migration.plan.plan import Findings
from migration.plan.rights import users_not_visible
from migration.resources.image import ManagedImage

LIFETIME = timedelta(seconds=5)
AT_ONCE = 4


class _Reading(NamedTuple):
    """By subscription, what hides its users from the app; None where nothing does. `read_at` is when that was known."""

    read_at: datetime
    hidden: dict[str, str | None]


_last: list[_Reading] = []
_lock = asyncio.Lock()


async def check_users_visible(image: ManagedImage, findings: Findings) -> None:
    """Note what will keep the source: users that cannot be seen, in its own subscription or others in sight."""
    try:
        found = await _hidden(image.resource_id.subscription.lower())
    except ArmRefusedError as error:
        findings.note(f"not checked: whether all who use the source image can be seen: {error.message}")
        return
    if found:
        findings.note(f"as things stand the source will be kept: {users_not_visible(found)}")


async def _hidden(own: str) -> list[str]:
    async with _lock:
        if not _last or abs(datetime.now(UTC) - _last[0].read_at) > LIFETIME:
            _last[:] = [await _read()]
        known = _last[0].hidden
    searched = known if own in known else known | {own: await find_hidden_users(own)}
    return [said for _, said in sorted(searched.items()) if said]


async def _read() -> _Reading:
    limit = asyncio.Semaphore(AT_ONCE)

    async def look(subscription: str) -> str | None:
        async with limit:
            return await find_hidden_users(subscription)

    subscriptions = sorted({one.lower() for one in await list_subscriptions(datetime.now(UTC) - LIFETIME)})
    found = await asyncio.gather(*map(look, subscriptions))
    return _Reading(datetime.now(UTC), dict(zip(subscriptions, found, strict=True)))
