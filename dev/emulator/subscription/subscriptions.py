"""Subscriptions, the tenant they belong to, and their locations: regions with their zones, and logical places.

A subscription may be kept out of a region by the settings (`closedRegions`).
"""

from typing import Any

from dev.emulator.front_door.access import may_see
from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.api_versions import SUBSCRIPTIONS
from dev.emulator.vocabulary.errors import SUBSCRIPTION_NOT_FOUND, ArmError
from dev.emulator.vocabulary.geography import PLACES
from dev.emulator.vocabulary.regions import LOGICAL, REGIONS, Region
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import SUBSCRIPTION_TYPE
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

# Locations came with coordinates alone before metadata; their type, their geography and their zones came later.
_METADATA_SINCE, _TYPE_SINCE, _ZONES_SINCE = "2019-11-01", "2021-01-01", "2022-12-01"
_TENANTS_SINCE = "2020-01-01"


def register(routes: Routes) -> None:
    routes.add("GET", "/tenants", _list_tenants, SUBSCRIPTIONS)
    routes.add("GET", "/subscriptions", _list, SUBSCRIPTIONS)
    routes.add("GET", "/subscriptions/{subscriptionId}", _get, SUBSCRIPTIONS)
    routes.add("GET", "/subscriptions/{subscriptionId}/locations", _list_locations, SUBSCRIPTIONS)


def _list_tenants(_world: World, request: ArmRequest) -> ArmResponse:
    """Since 2020 with what the directory says of itself."""
    tenant = {"id": f"/tenants/{TENANT_ID}", "tenantId": TENANT_ID, "tenantCategory": "Home"}
    described = {
        "countryCode": "US",
        "displayName": "Contoso",
        "domains": ["contoso.onmicrosoft.com"],
        "defaultDomain": "contoso.onmicrosoft.com",
        "tenantType": "AAD",
    }
    return ArmResponse(200, {"value": [tenant | (described if request.api_version >= _TENANTS_SINCE else {})]})


def _list(world: World, request: ArmRequest) -> ArmResponse:
    """The only list that counts what it holds."""
    page = list_page(world, request, SUBSCRIPTION_TYPE, "", _document)
    seen = [one for one in world.resources.page(SUBSCRIPTION_TYPE, "") if may_see(world, one.id)]
    page.body["count"] = {"type": "Total", "value": len(seen)}
    return page


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
    open_here = [
        region for region in REGIONS.values() if not world.settings.is_closed(region.name, request.subscription)
    ]
    if request.api_version < _METADATA_SINCE:
        return [_before_metadata(request, region) for region in open_here]
    return [_physical(request, region) for region in open_here] + [
        _location(request, name, shown, shown, {"regionType": "Logical", "regionCategory": "Other"})
        for name, shown in LOGICAL.items()
    ]


def _before_metadata(request: ArmRequest, region: Region) -> dict[str, Any]:
    place = PLACES[region.name]
    return {
        "id": f"{request.scope}/locations/{region.name}",
        "name": region.name,
        "displayName": region.display_name,
        "longitude": place.longitude,
        "latitude": place.latitude,
    }


def _physical(request: ArmRequest, region: Region) -> dict[str, Any]:
    place = PLACES[region.name]
    pair = [{"name": place.pair, "id": f"{request.scope}/locations/{place.pair}"}] if place.pair else []
    metadata = {
        "regionType": "Physical",
        "regionCategory": "Recommended" if region.zone_redundant else "Other",
        **({"geography": place.geography} if request.api_version >= _ZONES_SINCE else {}),
        "geographyGroup": place.group,
        "longitude": place.longitude,
        "latitude": place.latitude,
        "physicalLocation": place.name,
        "pairedRegion": pair,
    }
    location = _location(request, region.name, region.display_name, f"({place.group}) {region.display_name}", metadata)
    return location | (_zones(region) if request.api_version >= _ZONES_SINCE else {})


def _location(
    request: ArmRequest, name: str, display_name: str, regional: str, metadata: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": f"{request.scope}/locations/{name}",
        "name": name,
        **({"type": "Region"} if request.api_version >= _TYPE_SINCE else {}),
        "displayName": display_name,
        "regionalDisplayName": regional,
        "metadata": metadata,
    }


def _zones(region: Region) -> dict[str, Any]:
    """Which physical zone a subscription's zone 1, 2, 3 is; regions without zones lack the key."""
    if not region.zone_redundant:
        return {}
    mappings = [{"logicalZone": str(zone), "physicalZone": f"{region.name}-az{zone}"} for zone in (1, 2, 3)]
    return {"availabilityZoneMappings": mappings}
