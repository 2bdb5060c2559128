"""Subscriptions we can see, and the regions each offers."""

from arm.client import list_all
from migration.values.regions import normalise_region

_API_VERSION = "2022-12-01"


async def list_subscriptions() -> list[str]:
    """Return the ids of all subscriptions the app may read."""
    return [item["subscriptionId"] for item in await list_all(f"/subscriptions?api-version={_API_VERSION}")]


async def list_locations(subscription: str) -> set[str]:
    """Return the short names of the regions a subscription offers."""
    items = await list_all(f"/subscriptions/{subscription}/locations?api-version={_API_VERSION}")
    return {normalise_region(item["name"]) for item in items}
