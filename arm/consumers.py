"""Who uses a managed image: virtual machines and scale sets whose model names it, in every subscription we can see."""

from typing import Any

from arm.client import compute
from arm.reading import read_all
from arm.subscriptions import list_subscriptions
from migration.ids import MANAGED_IMAGE, ResourceId, same_id
from migration.promise import Consumer


async def find_consumers(image_id: str) -> list[Consumer]:
    """Return every consumer of an image. Raises ArmError when a subscription cannot be searched: then nobody knows.

    The image's own subscription is searched even where the app may not list any.
    """
    found: list[Consumer] = []
    own = ResourceId.parse(image_id, MANAGED_IMAGE).subscription.lower()
    for subscription in sorted({own} | {visible.lower() for visible in await list_subscriptions()}):
        client = compute(subscription)
        for machine in await read_all(client.virtual_machines.list_all()):
            found += _consumer("virtual machine", machine, ("storageProfile",), image_id)
        for scale_set in await read_all(client.virtual_machine_scale_sets.list_all()):
            found += _consumer("scale set", scale_set, ("virtualMachineProfile", "storageProfile"), image_id)
    return found


def _consumer(kind: str, body: dict[str, Any], path: tuple[str, ...], image_id: str) -> list[Consumer]:
    profile: Any = body.get("properties") or {}
    for key in path:
        profile = profile.get(key) or {}
    reference = profile.get("imageReference") or {}
    return [Consumer(id=body["id"], kind=kind)] if same_id(reference.get("id"), image_id) else []
