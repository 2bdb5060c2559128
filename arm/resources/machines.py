"""What is read of one machine or scale set: the Marketplace plan of a machine that an image was captured from, where it
is still there, and how a scale set takes up a change of its model.
"""

from arm.transport.client import compute
from arm.transport.reading import read
from migration.values.ids import SCALE_SET, VIRTUAL_MACHINE, ResourceId, ResourceIdInvalidError
from migration.values.image_version.purchase_plan import PurchasePlan, purchase_plan_of


async def find_machine_plan(machine_id: str | None) -> PurchasePlan | None:
    """Return the plan; None where the machine has none, or is gone. Raises ArmRefusedError where it may not be read."""
    try:
        machine = ResourceId.parse(machine_id or "", VIRTUAL_MACHINE)
    except ResourceIdInvalidError:
        return None
    found = await read(compute(machine.subscription).virtual_machines.get(machine.resource_group, machine.name))
    return purchase_plan_of((found or {}).get("plan"))


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
