"""The regions that a subscription offers, and whether each has availability zones."""

from migration.values.value import Value


class Location(Value):
    """A physical region. `has_zones` is None where Azure does not say."""

    name: str
    has_zones: bool | None = None


class SubscriptionLocations(Value):
    """What one subscription offers, by region name; `locations` is None where that may not be read."""

    subscription: str
    locations: dict[str, Location] | None
