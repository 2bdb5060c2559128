"""The tables: their columns, and which resources their reader sees in each.

`resources` has what ARM lists with a place of its own and whatever else was put into the world, but not what Resource
Graph keeps in other tables (Service Fabric, instances of scale sets, subscriptions, groups, locks) nor what it does not
list: the custom images of DevTest labs, the session host configurations of host pools. As its reference of tables and
types has it (learn.microsoft.com, supported-tables-resources, read 2026-11-30).

Types, locations and groups are in lower case, tags and ids as they
were written. Who may not read a resource does not see it, and is not told so.
"""

from collections.abc import Callable, Iterable
from typing import Any

from dev.emulator.front_door.access import may_see
from dev.emulator.resource_graph.operators import Type
from dev.emulator.vocabulary.regions import normalized
from dev.emulator.vocabulary.resource_id import RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_TEXTS = ("id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy")
_OBJECTS = ("sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation")
COLUMNS = {**dict.fromkeys(_TEXTS, Type.STRING), **dict.fromkeys(_OBJECTS, Type.DYNAMIC)}
RESOURCES = "resources"
_FABRIC = "microsoft.servicefabric/managedclusters"
_NOT_AMONG_RESOURCES = (
    *(SUBSCRIPTION_TYPE.lower(), RESOURCE_GROUP_TYPE.lower(), "microsoft.authorization/"),
    "microsoft.compute/virtualmachinescalesets/virtualmachines",
    "microsoft.devtestlab/labs/customimages",
    "microsoft.desktopvirtualization/hostpools/sessionhostconfigurations",
    _FABRIC,
)
TABLES: dict[str, Callable[[str], bool]] = {
    RESOURCES: lambda type_: not type_.startswith(_NOT_AMONG_RESOURCES),
    "servicefabricresources": lambda type_: type_.startswith(_FABRIC),
}


def readable_subscriptions(world: World, wanted: list[str] | None) -> set[str]:
    """Of those wanted (None: all of the tenant), by lower-case id, the ones that the caller may read at all."""
    known = {resource.name.lower(): resource for resource in world.resources.page(SUBSCRIPTION_TYPE, "")}
    asked = known.keys() if wanted is None else known.keys() & {name.lower() for name in wanted}
    return {
        name
        for name in asked
        if known[name].other.get("tenantId", TENANT_ID) == TENANT_ID and may_see(world, known[name].id)
    }


def rows_of(
    world: World, resources: Iterable[Resource], subscriptions: set[str], table: str = RESOURCES
) -> list[dict[str, Any]]:
    rows = (_row(resource) for resource in resources if TABLES[table](resource.type.lower()))
    return [row for row in rows if row["subscriptionId"].lower() in subscriptions and may_see(world, row["id"])]


def _row(resource: Resource) -> dict[str, Any]:
    shown = resource.view()
    _, _, subscription, _, group, *_ = [*resource.id.split("/"), "", "", ""]
    texts = {name: str(shown.get(name) or "") for name in _TEXTS}
    objects = {name: shown.get(name) for name in _OBJECTS}
    return {
        **texts,
        **objects,
        "type": resource.type.lower(),
        "tenantId": TENANT_ID,
        "location": normalized(texts["location"]),
        "resourceGroup": group.lower(),
        "subscriptionId": subscription,
    }
