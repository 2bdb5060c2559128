"""How many galleries, definitions and versions a subscription may have in a region. The limits are settings."""

from dev.emulator.compute.any_resource.errors import QUOTA_EXCEEDED
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.world import World


def require_quota(world: World, request: ArmRequest, type_name: str, location: str) -> None:
    """Room for one more; only a list that is long enough to be over the limit is counted by region."""
    things = type_name.partition("/")[2]
    limit = world.settings.quotas[things]
    known = world.resources.page(type_name, f"/subscriptions/{request.subscription}")
    if len(known) >= limit and sum(resource.location == location for resource in known) >= limit:
        raise ArmError(QUOTA_EXCEEDED, limit=limit, things=things, location=location)
