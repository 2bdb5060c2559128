"""Whether the app sees all machines and galleries, or only a part of them: then nobody knows who uses an image."""

import asyncio
from collections.abc import Iterable
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


async def find_hidden_users(subscription: str) -> str | None:
    """Return what keeps the app from seeing all machines and galleries of a subscription, None if nothing does.

    Asked at the subscription itself, which shows what is given there or above (management groups), and not on groups.
    """
    return hidden_users(await _scope(subscription, datetime.now(UTC)))


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
    return hidden_kinds(await _all_scopes(subscriptions, not_before or datetime.now(UTC) - LIFETIME))


async def _all_scopes(subscriptions: Iterable[str], not_before: datetime) -> list[Scope]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def look(subscription: str) -> Scope:
        async with limit:
            return await _scope(subscription, not_before)

    return await asyncio.gather(*map(look, sorted(subscriptions)))


async def find_hidden_around(own: str) -> list[str]:
    """Return what hides users in a subscription and in all others in sight, no more than seconds old.

    Many plans at once cost few calls by that; just before a delete it is read anew.
    """
    not_before = datetime.now(UTC) - LIFETIME
    subscriptions = {own.lower()} | {one.lower() for one in await list_subscriptions(not_before)}
    return [said for scope in await _all_scopes(subscriptions, not_before) if (said := hidden_users(scope))]
