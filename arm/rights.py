"""What the app itself may do in a resource group, and whether that is enough for a migration."""

from arm.client import list_all
from arm.errors import ArmNotFoundError, ArmRefusedError
from migration.plan import rights
from migration.plan.plan import Findings
from migration.plan.rights import Permission, Scope
from migration.resources.gallery import Gallery
from migration.resources.image import ManagedImage
from migration.values.ids import GALLERY, MANAGED_IMAGE, ResourceId

_API_VERSION = "2022-04-01"


async def check_source_rights(image: ManagedImage, findings: Findings, *, deletes: bool) -> None:
    """Check the rights in the source's group; those to find its users only where they are missing here already.

    Azure shows the rights of a group with all it inherits, but no deny assignments.
    """
    source = ResourceId.parse(image.id, MANAGED_IMAGE)
    needed = rights.READ_SOURCE + (rights.DELETE_SOURCE if deletes else ())
    rights.check_rights(await _scope("sourceImageId", source), needed, rights.TAG, findings)


async def check_gallery_rights(gallery: Gallery, findings: Findings, *, creates: bool, defines: bool) -> None:
    """Check the rights in the gallery's group."""
    needed = (
        rights.WRITE_VERSION + (rights.WRITE_DEFINITION if defines else ()) + (rights.WRITE_GALLERY if creates else ())
    )
    scope = await _scope("gallery", ResourceId.parse(gallery.id, GALLERY))
    rights.check_rights(scope, needed, rights.TAG + rights.CLEAN_UP, findings)


async def _scope(field: str, resource: ResourceId) -> Scope:
    group = f"/subscriptions/{resource.subscription}/resourceGroups/{resource.resource_group}"
    return Scope(field=field, id=group, permissions=await _read(group))


async def _read(group: str) -> list[Permission] | None:
    try:
        found = await list_all(f"{group}/providers/Microsoft.Authorization/permissions?api-version={_API_VERSION}")
    except (ArmRefusedError, ArmNotFoundError):
        return None
    return [Permission.model_validate(item) for item in found]
