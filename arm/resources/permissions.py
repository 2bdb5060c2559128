"""What the app itself may do at a place. Azure shows what it inherits there too, and no deny assignments."""

from typing import Any

from arm.transport.client import list_all
from arm.transport.errors import ArmRefusedError
from arm.transport.reading import understood
from migration.plan.rights import Permission

_API_VERSION = "2022-04-01"


async def list_permissions(place: str) -> list[Permission] | None:
    """List what the app may do at a resource, group or subscription; None where it may not even read that."""
    try:
        found = await list_all(f"{place}/providers/Microsoft.Authorization/permissions?api-version={_API_VERSION}")
        return [understood(_permission, item) for item in found]
    except ArmRefusedError:
        return None


def _permission(item: dict[str, Any]) -> Permission:
    return Permission.model_validate({name: value for name, value in item.items() if value})
