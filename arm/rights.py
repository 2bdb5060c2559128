"""What the app itself may do at image, gallery and subscription, and whether that is enough for a migration.

Asked at the resource itself, which shows what it inherits too; at its group only where it does not exist yet. Azure
shows no deny assignments.
"""

from typing import Any

from arm.client import list_all
from arm.errors import ArmNotFoundError, ArmRefusedError, ArmUnavailableError
from arm.reading import understood
from migration.plan import rights
from migration.plan.plan import Findings
from migration.plan.rights import Permission, Scope
from migration.resources.gallery import Gallery, ImageDefinition
from migration.resources.image import ManagedImage
from migration.values.problems import Problem

_API_VERSION = "2022-04-01"


async def check_source_rights(image: ManagedImage, findings: Findings, *, deletes: bool) -> None:
    """Check the rights at the source; those to find its users only where they are missing here already."""
    needed = rights.READ_SOURCE + (rights.DELETE_SOURCE if deletes else ())
    rights.check_rights(await _scope("sourceImageId", image.id), needed, rights.TAG, findings)


async def check_gallery_rights(
    gallery: Gallery, definition: ImageDefinition | None, findings: Findings, *, creates: bool
) -> None:
    """Check the rights at the definition where there is one, else at the gallery, else in its group."""
    defines = rights.WRITE_DEFINITION if definition is None else ()
    needed = rights.WRITE_VERSION + defines + (rights.WRITE_GALLERY if creates else ())
    group = gallery.resource_id.group_id
    place = definition.id if definition else group if creates else gallery.id
    try:
        scope = await _scope("gallery", place)
    except ArmNotFoundError:
        if place == group:
            message = f"there is no resource group {group}: create it first"
            findings.add([Problem(field="gallery", code="ResourceGroupNotFound", message=message, passes=True)])
        return
    rights.check_rights(scope, needed, rights.TAG, findings)


async def find_hidden_users(subscription: str) -> str | None:
    """Return what keeps the app from seeing all machines and galleries of a subscription, None if nothing does.

    Asked at the subscription itself, which shows what is given there or above (management groups), and not on groups.
    """
    try:
        scope = await _scope("sourceImageId", f"/subscriptions/{subscription}")
    except ArmNotFoundError as error:
        raise ArmUnavailableError(error.code, f"the app's rights in {subscription} were not found") from error
    return rights.hidden_users(scope)


async def _scope(field: str, place: str) -> Scope:
    return Scope(field=field, id=place, permissions=await _read(place))


async def _read(scope: str) -> list[Permission] | None:
    try:
        found = await list_all(f"{scope}/providers/Microsoft.Authorization/permissions?api-version={_API_VERSION}")
        return [understood(_permission, item) for item in found]
    except ArmRefusedError:
        return None


def _permission(item: dict[str, Any]) -> Permission:
    return Permission.model_validate({name: value for name, value in item.items() if value})
