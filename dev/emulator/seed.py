"""A small believable company: the world a fresh emulator holds."""

from dev.emulator.resources import Resource
from dev.emulator.world import World

TENANT_ID = "72f9c0de-0000-4000-8000-000000000001"
SUBSCRIPTION_ID = "c0ffee00-0000-4000-8000-000000000001"


def small_company(world: World) -> None:
    """One subscription with its resource groups, managed images, a scale set that uses one, and a gallery."""
    subscription = f"/subscriptions/{SUBSCRIPTION_ID}"
    world.resources.put(Resource.from_document({"id": subscription, "displayName": "Contoso Images"}))
    for name in ("images", "galleries"):
        group = {"id": f"{subscription}/resourceGroups/{name}", "location": "eastus2", "tags": {}}
        group["properties"] = {"provisioningState": "Succeeded"}
        world.resources.put(Resource.from_document(group))
