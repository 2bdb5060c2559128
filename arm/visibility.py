"""What a plan foresees of the search for who uses an image: whether the app may see all there is.

Read no more often than needed, so that many plans at once cost few calls; just before a delete it is read anew.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from arm.errors import ArmRefusedError
from arm.recent import Recent
from arm.rights import find_hidden_users
from arm.subscriptions import list_subscriptions
from migration.plan.plan import Findings
from migration.plan.rights import users_not_visible
from migration.resources.image import ManagedImage

LIFETIME = timedelta(seconds=5)
AT_ONCE = 4
MOST_SUBSCRIPTIONS = 1000

_hidden: Recent[str | None] = Recent(MOST_SUBSCRIPTIONS)  # what hides users of a subscription, None where nothing does


async def check_users_visible(image: ManagedImage, findings: Findings) -> None:
    """Note what will keep the source: users that cannot be seen, in its own subscription or others in sight."""
    try:
        found = await _hidden_around(image.resource_id.subscription.lower())
    except ArmRefusedError as error:
        findings.note(f"not checked: whether all who use the source image can be seen: {error.message}")
        return
    if found:
        findings.note(f"as things stand the source will be kept: {users_not_visible(found)}")


async def _hidden_around(own: str) -> list[str]:
    limit, not_before = asyncio.Semaphore(AT_ONCE), datetime.now(UTC) - LIFETIME

    async def look(subscription: str) -> str | None:
        async with limit:
            return await _hidden.get(subscription, not_before, lambda _: find_hidden_users(subscription))

    subscriptions = sorted({own} | {one.lower() for one in await list_subscriptions(not_before)})
    return [said for said in await asyncio.gather(*map(look, subscriptions)) if said]
