"""Whether the app sees all machines and galleries, or only a part of them: then nobody knows who uses an image."""

import asyncio
from datetime import UTC, datetime, timedelta

from arm.resources.permissions import list_permissions
from arm.resources.subscriptions import list_subscriptions
from arm.transport.errors import ArmNotFoundError, ArmUnavailableError
from arm.transport.recent import Recent
from migration.plan.rights import Scope, hidden_kinds, hidden_users

LIFETIME = timedelta(seconds=5)
AT_ONCE = 4
MOST_SUBSCRIPTIONS = 1000

_scopes: Recent[Scope] = Recent(MOST_SUBSCRIPTIONS)  # what the app may do, by subscription


async def find_hidden_users(subscription: str, not_before: datetime | None = None) -> str | None:
    """Return what keeps the app from seeing all machines and galleries of a subscription, None if nothing does.

    Asked at the subscription itself, which shows what is given there or above (management groups), and not on groups;
    since `not_before` (None: now).
    """
    return hidden_users(await _scope(subscription, not_before or datetime.now(UTC)))


async def _scope(subscription: str, not_before: datetime) -> Scope:
    place = f"/subscriptions/{subscription}"

    async def read(_begun_at: datetime) -> Scope:
        try:
            permissions = await list_permissions(place)
        except ArmNotFoundError as error:
            raise ArmUnavailableError(error.code, f"the app's rights in {subscription} were not found") from error
        return Scope(field="sourceImageId", id=place, permissions=permissions)

    return await _scopes.get(subscription.lower(), not_before, read)


async def find_hidden_kinds(subscriptions: list[str], not_before: datetime | None = None) -> dict[str, str]:
    """Return why users of some kinds may be hidden from Resource Graph, by the keys of those kinds; since `not_before`
    (None: no more than seconds ago, as whoever looks for users has just asked).
    """
    limit, not_before = asyncio.Semaphore(AT_ONCE), not_before or datetime.now(UTC) - LIFETIME

    async def look(subscription: str) -> Scope:
        async with limit:
            return await _scope(subscription, not_before)

    return hidden_kinds(await asyncio.gather(*map(look, sorted(subscriptions))))


async def find_hidden_around(own: str) -> list[str]:
    """Return what hides users in a subscription and in all others in sight, no more than seconds old.

    Many plans at once cost few calls by that; just before a delete it is read anew.
    """
    limit, not_before = asyncio.Semaphore(AT_ONCE), datetime.now(UTC) - LIFETIME

    async def look(subscription: str) -> str | None:
        async with limit:
            return await find_hidden_users(subscription, not_before)

    subscriptions = sorted({own.lower()} | {one.lower() for one in await list_subscriptions(not_before)})
    return [said for said in await asyncio.gather(*map(look, subscriptions)) if said]
