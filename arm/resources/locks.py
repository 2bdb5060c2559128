"""Management locks that keep a resource from being deleted, its own and inherited ones."""

import re
from datetime import UTC, datetime
from typing import Any

from arm.transport.client import list_all
from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from arm.transport.recent import Recent
from migration.resources.lock import Lock

MOST_LISTS = 1000  # of images, groups and subscriptions
_API_VERSION = "2020-05-01"
_PROVIDER = "/providers/Microsoft.Authorization/locks"
_SCOPE = re.compile(rf"(.*){re.escape(_PROVIDER)}/", re.IGNORECASE)

_lists: Recent[list[dict[str, Any]]] = Recent(MOST_LISTS)  # by scope


async def find_locks(resource_id: str, not_before: datetime) -> list[Lock]:
    """Return the locks that apply to a resource, from lists begun no earlier than `not_before`.

    Its own, its group's and its subscription's are listed one by one: the documentation does not say whether a
    resource's list holds the inherited ones. Raises ArmNotFoundError where one of them is not there.
    """
    parts = resource_id.split("/")
    scopes = [resource_id, "/".join(parts[:5]), "/".join(parts[:3])]
    found = {item["id"].lower(): _lock(item) for scope in scopes for item in await _all(scope, not_before)}
    return [lock for lock in found.values() if lock.covers(resource_id)]


async def find_locks_around(subscription: str, groups: list[str]) -> list[Lock] | None:
    """Return the locks of a subscription and its groups, for a plan; None where the app may not read them.

    The list of a subscription holds those of all that is in it. Where it may not be read, its groups have to do.
    """
    own = f"/subscriptions/{subscription}"
    inside = [group for group in groups if group.lower().startswith(f"{own.lower()}/")]
    for scopes in ([own], inside):
        try:
            return [_lock(item) for scope in scopes for item in await _locks_if_there(scope)]
        except ArmRefusedError:
            continue
    return None


def _lock(item: dict[str, Any]) -> Lock:
    found = _SCOPE.match(item["id"])
    level = (item.get("properties") or {}).get("level") or "Unknown"
    return Lock(name=item["name"], level=level, scope=found[1] if found else "")


async def _locks_if_there(scope: str) -> list[dict[str, Any]]:
    try:
        return await _all(scope, datetime.now(UTC))
    except ArmNotFoundError:
        return []


async def _all(scope: str, not_before: datetime) -> list[dict[str, Any]]:
    """List the locks of a scope: those of groups and subscriptions are asked for by all images in them."""
    url = f"{scope}{_PROVIDER}?api-version={_API_VERSION}"
    return await _lists.get(scope.lower(), not_before, lambda _: list_all(url))
