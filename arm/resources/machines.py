"""The Marketplace plan of the machine that an image was captured from, where that machine is still there."""

from arm.transport.client import compute
from arm.transport.reading import read
from migration.values.ids import VIRTUAL_MACHINE, ResourceId, ResourceIdInvalidError
from migration.values.image_version.purchase_plan import PurchasePlan, purchase_plan_of


async def find_machine_plan(machine_id: str | None) -> PurchasePlan | None:
    """Return the plan; None where the machine has none, or is gone. Raises ArmRefusedError where it may not be read."""
    try:
        machine = ResourceId.parse(machine_id or "", VIRTUAL_MACHINE)
    except ResourceIdInvalidError:
        return None
    found = await read(compute(machine.subscription).virtual_machines.get(machine.resource_group, machine.name))
    return purchase_plan_of((found or {}).get("plan"))
