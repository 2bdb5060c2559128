"""The identity endpoint of App Service: where managed identity credentials and `az login --identity` get tokens.

Tokens look like the real ones (claims, three parts) but nobody signed them. Their times are real time: clients
compare them with their own clocks.
"""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from dev.emulator.vocabulary.resource_id import SUBSCRIPTION_TYPE
from dev.emulator.vocabulary.tokens import TENANT_ID, unsigned_token
from dev.emulator.world import World

PATH = "/msi/token"
API_VERSION = "2019-08-01"
PRINCIPAL_ID = "5d1f3a94-20b7-4c0e-8f6a-b3a1e4d7c902"
CLIENT_ID = "c3b2e8f0-91d4-4f7a-a5c6-7e0d2b9f4a18"
_LIFETIME_SECONDS = 24 * 3600
_USER_ASSIGNED = ("client_id", "object_id", "mi_res_id")
_NAMESPACE = uuid.UUID("0b6f4f1e-3f0e-4f7d-9d5e-52c1f5a7a6f3")


def attach(app: web.Application, world: World) -> None:
    """Serves the endpoint; clients must send the world's identity secret as X-IDENTITY-HEADER."""

    async def token(http: web.Request) -> web.Response:
        return _answer(http, world)

    app.router.add_get(PATH, token)


def _answer(http: web.Request, world: World) -> web.Response:
    if http.headers.get("X-IDENTITY-HEADER") != world.identity_secret:
        return _refusal(401, "The X-IDENTITY-HEADER header is missing or wrong.")
    if http.query.get("api-version") != API_VERSION:
        return _refusal(400, f"The api-version must be {API_VERSION}.")
    resource = http.query.get("resource")
    if not resource:
        return _refusal(400, "The resource query parameter is required.")
    claims = _claims(resource, _identity(http), world)
    return web.json_response(
        {
            "access_token": unsigned_token(claims),
            "client_id": claims["appid"],
            "expires_on": str(claims["exp"]),
            "resource": resource,
            "token_type": "Bearer",
        }
    )


def _identity(http: web.Request) -> dict[str, str]:
    """The system-assigned identity, or a stable made-up principal for each user-assigned one that is asked for."""
    for key in _USER_ASSIGNED:
        if value := http.query.get(key):
            made = str(uuid.uuid5(_NAMESPACE, value.lower()))
            return {
                "oid": value if key == "object_id" else made,
                "appid": value if key == "client_id" else made,
                "name": value.rpartition("/")[2],
            }
    return {"oid": PRINCIPAL_ID, "appid": CLIENT_ID, "name": "emulated-app"}


def _claims(resource: str, identity: Mapping[str, str], world: World) -> dict[str, Any]:
    now = int(time.time())
    subscription = next(iter(world.resources.page(SUBSCRIPTION_TYPE, "")), None)
    scope = subscription.id if subscription else f"/subscriptions/{uuid.UUID(int=0)}"
    issuer = f"https://sts.windows.net/{TENANT_ID}/"
    return {
        "aud": resource,
        "iss": issuer,
        "idp": issuer,
        "iat": now,
        "nbf": now,
        "exp": now + _LIFETIME_SECONDS,
        "appid": identity["appid"],
        "appidacr": "2",
        "idtyp": "app",
        "oid": identity["oid"],
        "sub": identity["oid"],
        "tid": TENANT_ID,
        "ver": "1.0",
        "xms_mirid": f"{scope}/resourcegroups/emulated/providers/Microsoft.Web/sites/{identity['name']}",
    }


def _refusal(status: int, message: str) -> web.Response:
    return web.json_response({"statusCode": status, "message": message}, status=status)
