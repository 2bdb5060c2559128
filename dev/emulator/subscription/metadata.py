"""/metadata/endpoints: what a client must know to treat the emulator as an Azure cloud of its own (no token needed).

Everything that is emulated points back to the emulator. Suffixes only tell clients which host names to recognise.
"""

from typing import Any

from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.api_versions import METADATA
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import World

_OLDEST = "2015-01-01"
_LISTS = frozenset({"2018-05-01", "2019-05-01"})
_SUFFIXES = {
    "acrLoginServer": "azurecr.io",
    "keyVaultDns": "vault.azure.net",
    "sqlServerHostname": "database.windows.net",
    "storage": "core.windows.net",
}


def register(routes: Routes) -> None:
    routes.add("GET", "/metadata/endpoints", _get, METADATA)


def _get(_world: World, request: ArmRequest) -> ArmResponse:
    if request.api_version == _OLDEST:
        return ArmResponse(200, _oldest(request.origin))
    cloud = _cloud(request.origin)
    return ArmResponse(200, [cloud] if request.api_version in _LISTS else cloud)


def _cloud(origin: str) -> dict[str, Any]:
    return {
        "name": "AzureEmulator",
        "portal": origin,
        "authentication": {
            "loginEndpoint": origin,
            "audiences": [origin],
            "tenant": TENANT_ID,
            "identityProvider": "AAD",
        },
        "graphAudience": origin,
        "resourceManager": origin,
        "suffixes": _SUFFIXES,
    }


def _oldest(origin: str) -> dict[str, Any]:
    return {
        "galleryEndpoint": origin,
        "graphEndpoint": origin,
        "portalEndpoint": origin,
        "authentication": {"loginEndpoint": origin, "audiences": [origin]},
    }
