"""Subscriptions, the tenant they belong to, and their locations: regions with their zones, and logical places.

A subscription may be kept out of a region by the settings (`closedRegions`).
"""

from typing import Any

from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.api_versions import SUBSCRIPTIONS
from dev.emulator.vocabulary.errors import SUBSCRIPTION_NOT_FOUND, ArmError
from dev.emulator.vocabulary.regions import LOGICAL, REGIONS, Region
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import SUBSCRIPTION_TYPE
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_ZONES_SINCE = "2022-12-01"


def register(routes: Routes) -> None:
    routes.add("GET", "/tenants", _list_tenants, SUBSCRIPTIONS)
    routes.add("GET", "/subscriptions", _list, SUBSCRIPTIONS)
    routes.add("GET", "/subscriptions/{subscriptionId}", _get, SUBSCRIPTIONS)
    routes.add("GET", "/subscriptions/{subscriptionId}/locations", _list_locations, SUBSCRIPTIONS)


def _list_tenants(_world: World, _request: ArmRequest) -> ArmResponse:
    tenant = {
        "id": f"/tenants/{TENANT_ID}",
        "tenantId": TENANT_ID,
        "displayName": "Contoso",
        "defaultDomain": "contoso.onmicrosoft.com",
        "tenantType": "AAD",
    }
    return ArmResponse(200, {"value": [tenant]})


def _list(world: World, request: ArmRequest) -> ArmResponse:
    return list_page(world, request, SUBSCRIPTION_TYPE, "", _document)


def _get(world: World, request: ArmRequest) -> ArmResponse:
    subscription = world.resources.get(request.path)
    if subscription is None:
        raise ArmError(SUBSCRIPTION_NOT_FOUND, name=request.subscription)
    return ArmResponse(200, _document(subscription))


def _document(subscription: Resource) -> dict[str, Any]:
    shown = {
        "id": subscription.id,
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription.name,
        "tenantId": TENANT_ID,
        "displayName": subscription.other.get("displayName", subscription.name),
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }
    return shown | ({"tags": dict(subscription.tags)} if subscription.tags else {})


def _list_locations(world: World, request: ArmRequest) -> ArmResponse:
    return ArmResponse(200, {"value": _locations(world, request)})


def _locations(world: World, request: ArmRequest) -> list[dict[str, Any]]:
    scope = f"/subscriptions/{request.subscription}"
    physical = [
        _location(scope, region.name, region.display_name, "Physical", region.zone_redundant)
        | (_zones(region) if request.api_version >= _ZONES_SINCE else {})
        for region in REGIONS.values()
        if not world.settings.is_closed(region.name, request.subscription)
    ]
    return physical + [_location(scope, name, shown, "Logical", False) for name, shown in LOGICAL.items()]


def _location(scope: str, name: str, display_name: str, kind: str, recommended: bool) -> dict[str, Any]:
    return {
        "id": f"{scope}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": display_name,
        "regionalDisplayName": display_name,
        "metadata": {"regionType": kind, "regionCategory": "Recommended" if recommended else "Other"},
    }


def _zones(region: Region) -> dict[str, Any]:
    """Which physical zone a subscription's zone 1, 2, 3 is; regions without zones lack the key."""
    if not region.zone_redundant:
        return {}
    mappings = [{"logicalZone": str(zone), "physicalZone": f"{region.name}-az{zone}"} for zone in (1, 2, 3)]
    return {"availabilityZoneMappings": mappings}
