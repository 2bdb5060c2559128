"""What resource providers there are, in which api-versions: read from the very routes that answer, so it never lies.

`az resource` picks the newest version listed here for a type before it asks for the resource itself.
"""

from collections.abc import Collection
from typing import Any

from dev.emulator.front_door.routes import Handler, Routes
from dev.emulator.subscription.api_versions import RESOURCES
from dev.emulator.subscription.errors import PROVIDER_NOT_FOUND
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.regions import REGIONS
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World

_ALL = "/subscriptions/{subscriptionId}/providers"
_Types = dict[str, Collection[str]]


def register(routes: Routes) -> None:
    routes.add("GET", _ALL, _list(routes), RESOURCES)
    routes.add("GET", _ALL + "/{namespace}", _get(routes), RESOURCES)


def _list(routes: Routes) -> Handler:
    def handler(_world: World, request: ArmRequest) -> ArmResponse:
        shown = [_document(request, name, types) for name, types in sorted(_providers(routes).items())]
        return ArmResponse(200, {"value": shown})

    return handler


def _get(routes: Routes) -> Handler:
    def handler(_world: World, request: ArmRequest) -> ArmResponse:
        wanted = request.names["namespace"].lower()
        for name, types in _providers(routes).items():
            if name.lower() == wanted:
                return ArmResponse(200, _document(request, name, types))
        raise ArmError(PROVIDER_NOT_FOUND, name=request.names["namespace"])

    return handler


def _providers(routes: Routes) -> dict[str, _Types]:
    """The types of each namespace, with the api-versions in which one of their resources can be read."""
    providers: dict[str, _Types] = {}
    for route in routes:
        _, _, below = route.template.rpartition("/providers/")
        namespace, *pairs = below.split("/")
        names_one = len(pairs) > 1 and len(pairs) % 2 == 0 and "{" not in "".join(pairs[::2])
        if route.method == "GET" and names_one and not callable(route.api_versions):
            providers.setdefault(namespace, {})["/".join(pairs[::2])] = route.api_versions
    return providers


def _document(request: ArmRequest, namespace: str, types: _Types) -> dict[str, Any]:
    locations = [region.display_name for region in REGIONS.values()]
    return {
        "id": f"/subscriptions/{request.subscription}/providers/{namespace}",
        "namespace": namespace,
        "resourceTypes": [
            {
                "resourceType": name,
                "locations": locations,
                "apiVersions": sorted(versions, reverse=True),
                "capabilities": "SupportsTags, SupportsLocation",
            }
            for name, versions in sorted(types.items())
        ],
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
    }
