"""Subscriptions, the tenant they belong to, and the locations they may use."""

from typing import Any

from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.api_versions import SUBSCRIPTIONS
from dev.emulator.vocabulary.errors import SUBSCRIPTION_NOT_FOUND, ArmError
from dev.emulator.vocabulary.regions import REGIONS, Region
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import SUBSCRIPTION_TYPE
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import World
from dev.emulator.world.resources import Resource


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


def _list_locations(_world: World, request: ArmRequest) -> ArmResponse:
    scope = f"/subscriptions/{request.subscription}"
    return ArmResponse(200, {"value": [_location(scope, region) for region in REGIONS.values()]})


def _location(scope: str, region: Region) -> dict[str, Any]:
    return {
        "id": f"{scope}/locations/{region.name}",
        "name": region.name,
        "type": "Region",
        "displayName": region.display_name,
        "regionalDisplayName": region.display_name,
        "metadata": {"regionType": "Physical", "regionCategory": "Recommended" if region.zone_redundant else "Other"},
    }
