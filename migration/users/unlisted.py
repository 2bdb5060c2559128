"""Kinds that Resource Graph does not list: there is none only where nothing is that could hold one."""

from collections.abc import Iterable, Mapping
from typing import Any

from migration.users.kinds import HOST_POOLS, Kind

MOST_NAMED = 3


def not_listed(kind: Kind, holders: Iterable[Mapping[str, Any]]) -> str | None:
    """Say why those of a kind were not looked for, by what may hold some (`id`, `type`, `properties`), or None."""
    names = sorted(one["id"].rpartition("/")[2] for one in holders if _may_hold(kind, one))
    if not names:
        return None
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"Azure Resource Graph does not list those of {', '.join(names[:MOST_NAMED])}{more}"


def _may_hold(kind: Kind, holder: Mapping[str, Any]) -> bool:
    """A host pool of management type Standard has no session host configuration (azure-docs, "Host pool management
    approaches", read 2026-11-30); one that does not say of which type it is may have one.
    """
    holds = holder["type"].lower() in kind.within
    if not holds or kind.within != HOST_POOLS.types:
        return holds
    return str((holder.get("properties") or {}).get("managementType")).lower() != "standard"
