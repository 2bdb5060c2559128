"""Subscriptions we can see, each reader saying how old they may be; the regions of each, read once in ten minutes."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from arm.client import list_all
from migration.resources.location import Location
from migration.values.image_version.regions import normalise_region

LIFETIME = timedelta(minutes=10)
_API_VERSION = "2022-12-01"


class _Reading(NamedTuple):
    begun_at: datetime
    found: dict[str, Location]


class _Visible(NamedTuple):
    begun_at: datetime
    ids: list[str]


_last: dict[str, _Reading] = {}
_visible: list[_Visible] = []


async def list_subscriptions(not_before: datetime | None = None) -> list[str]:
    """Return the ids of all subscriptions the app may read, as they were no earlier than `not_before` (None: now).

    These are all in which it has any right, if only on one resource.
    """
    now = datetime.now(UTC)
    known = _visible[0] if _visible else None
    if known is None or not (not_before or now) <= known.begun_at <= now:  # later than now: the clock was set back
        found = await list_all(f"/subscriptions?api-version={_API_VERSION}")
        known = _Visible(now, [item["subscriptionId"] for item in found])
        _visible[:] = [known]
    return known.ids


async def list_locations(subscription: str) -> dict[str, Location]:
    """Return the regions a subscription offers, by short name."""
    now, known = datetime.now(UTC), _last.get(subscription.lower())
    if known is None or abs(now - known.begun_at) > LIFETIME:
        known = _last[subscription.lower()] = _Reading(now, await _read(subscription))
    return known.found


async def _read(subscription: str) -> dict[str, Location]:
    """Only physical regions: in logical ones, such as Europe, nothing can be made."""
    items = await list_all(f"/subscriptions/{subscription}/locations?api-version={_API_VERSION}")
    zones_told = any(item.get("availabilityZoneMappings") for item in items)
    found = [
        Location(
            name=normalise_region(item["name"]),
            has_zones=bool(item.get("availabilityZoneMappings")) if zones_told else None,
        )
        for item in items
        if ((item.get("metadata") or {}).get("regionType") or "Physical").lower() == "physical"
    ]
    return {one.name: one for one in found}
