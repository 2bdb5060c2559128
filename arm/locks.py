"""Management locks that keep a resource from being deleted, its own and inherited ones."""

from typing import Any

from arm.client import list_all
from arm.errors import ArmNotFoundError
from migration.promise.promise import Lock

_API_VERSION = "2020-05-01"
_PROVIDER = "/providers/Microsoft.Authorization/locks"


async def find_locks(resource_id: str) -> list[Lock]:
    """Return the locks that apply to a resource.

    Its own, its group's and its subscription's are listed one by one: the documentation does not say whether a
    resource's list holds the inherited ones. What is gone holds none.
    """
    parts = resource_id.split("/")
    scopes = [resource_id, "/".join(parts[:5]), "/".join(parts[:3])]
    found = {}
    for scope in scopes:
        for item in await _listed(scope):
            held = item["id"].lower().rpartition(_PROVIDER.lower())[0]
            if f"{resource_id.lower()}/".startswith(f"{held}/"):
                found[item["id"].lower()] = Lock(name=item["name"], level=item["properties"]["level"])
    return list(found.values())


async def _listed(scope: str) -> list[dict[str, Any]]:
    try:
        return await list_all(f"{scope}{_PROVIDER}?api-version={_API_VERSION}")
    except ArmNotFoundError:
        return []
