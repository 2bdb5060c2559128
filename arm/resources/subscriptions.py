"""Subscriptions we can see, each reader saying how old they may be; the regions of each, read once in ten minutes."""

from datetime import UTC, datetime, timedelta

from arm.transport.client import list_all
from arm.transport.recent import Recent
from migration.resources.location import Location
from migration.values.image_version.regions import normalise_region

LIFETIME = timedelta(minutes=10)
MOST_SUBSCRIPTIONS = 1000
_API_VERSION = "2022-12-01"


_locations: Recent[dict[str, Location]] = Recent(MOST_SUBSCRIPTIONS)
_visible: Recent[list[str]] = Recent(1)


async def list_subscriptions(not_before: datetime | None = None) -> list[str]:
    """Return the ids of all subscriptions the app may read, as they were no earlier than `not_before` (None: now).

    These are all in which it has any right, if only on one resource.
    """
    return await _visible.get("all", not_before or datetime.now(UTC), lambda _: _read_visible())


async def _read_visible() -> list[str]:
    return [item["subscriptionId"] for item in await list_all(f"/subscriptions?api-version={_API_VERSION}")]


async def list_locations(subscription: str) -> dict[str, Location]:
    """Return the regions a subscription offers, by short name."""
    not_before = datetime.now(UTC) - LIFETIME
    return await _locations.get(subscription.lower(), not_before, lambda _: _read_locations(subscription))


async def _read_locations(subscription: str) -> dict[str, Location]:
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
