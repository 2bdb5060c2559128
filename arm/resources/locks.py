"""Management locks that keep a resource from being deleted, its own and inherited ones."""

import re
from datetime import datetime
from typing import Any

from arm.transport.client import list_all
from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from arm.transport.recent import Recent
from migration.resources.lock import Lock

_API_VERSION = "2020-05-01"
_PROVIDER = "/providers/Microsoft.Authorization/locks"
_SCOPE = re.compile(rf"(.*){re.escape(_PROVIDER)}/", re.IGNORECASE)
_MOST_SCOPES = 200
_around: Recent[list[dict[str, Any]]] = Recent(_MOST_SCOPES)  # by group or subscription


async def find_locks(resource_id: str, around_since: datetime | None = None) -> list[Lock]:
    """Return the locks that apply to a resource.

    Its own, its group's and its subscription's are listed one by one: the documentation does not say whether a
    resource's list holds the inherited ones. Those of group and subscription may come from a reading for another
    resource that began `around_since`, if that is said. Raises ArmNotFoundError where one of them is not there.
    """
    parts = resource_id.split("/")
    around = ["/".join(parts[:5]), "/".join(parts[:3])]
    items = [*await _all(resource_id), *[item for scope in around for item in await _shared(scope, around_since)]]
    found = {item["id"].lower(): _lock(item) for item in items}
    return [lock for lock in found.values() if lock.covers(resource_id)]


async def find_locks_around(subscription: str, groups: list[str]) -> list[Lock] | None:
    """Return the locks of a subscription and its groups, for a plan; None where the app may not read them.

    The list of a subscription holds those of all that is in it. Where it may not be read, its groups have to do,
    if there are any.
    """
    own = f"/subscriptions/{subscription}"
    inside = [group for group in groups if group.lower().startswith(f"{own.lower()}/")]
    for scopes in filter(None, ([own], inside)):
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
        return await _all(scope)
    except ArmNotFoundError:
        return []


async def _shared(scope: str, since: datetime | None) -> list[dict[str, Any]]:
    return await _all(scope) if since is None else await _around.get(scope.lower(), since, lambda _: _all(scope))


async def _all(scope: str) -> list[dict[str, Any]]:
    return await list_all(f"{scope}{_PROVIDER}?api-version={_API_VERSION}")
