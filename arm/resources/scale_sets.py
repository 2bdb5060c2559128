"""How a scale set takes up a change of its model."""

from arm.transport.client import compute
from arm.transport.reading import read
from migration.values.ids import SCALE_SET, ResourceId, ResourceIdInvalidError


async def find_upgrade_mode(scale_set_id: str) -> str | None:
    """Return "Manual", "Automatic" or "Rolling"; None where it does not say, or is gone. Raises ArmError."""
    try:
        own = ResourceId.parse(scale_set_id, SCALE_SET)
    except ResourceIdInvalidError:
        return None
    found = await read(compute(own.subscription).virtual_machine_scale_sets.get(own.resource_group, own.name))
    policy = ((found or {}).get("properties") or {}).get("upgradePolicy") or {}
    mode = policy.get("mode")
    return mode if isinstance(mode, str) else None
