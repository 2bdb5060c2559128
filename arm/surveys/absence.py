"""Whether what answered 404 is really gone: a 404 proves nothing, however often it comes, and much follows from it."""

from collections.abc import Awaitable, Callable
from typing import Any

from arm.resources.galleries import list_definitions
from arm.resources.versions import list_versions
from arm.transport.client import compute
from arm.transport.errors import ArmNotFoundError, ArmUnavailableError
from arm.transport.reading import read_all
from migration.values.ids import GALLERY, IMAGE_DEFINITION, IMAGE_VERSION, MANAGED_IMAGE, ResourceId, same_id


async def get_unless_gone[Found](read: Callable[[str], Awaitable[Found | None]], resource_id: str) -> Found | None:
    """Read something by its id; None only where it is gone.

    Raises ArmUnavailableError where it was not found and what would hold it does not say that it is gone.
    """
    found = await read(resource_id)
    if found is None and not await is_gone(resource_id):
        raise ArmUnavailableError("NotSeen", f"{resource_id} was not found, and is listed")
    return found


async def is_gone(resource_id: str) -> bool:
    """Tell whether the list that would hold an image, or what is of a gallery, is there and does not hold it.

    Where there is no such list, what would hold it has to be gone itself. Raises ArmError where that cannot be seen.
    """
    resource = ResourceId.of_any(resource_id, _BESIDE)
    try:
        beside = await _BESIDE[resource.kind](resource)
    except ArmNotFoundError:
        if resource.kind in _EVERYWHERE:
            beside = await _EVERYWHERE[resource.kind](resource.subscription)
        else:
            return await is_gone(str(resource.parent))
    return not any(same_id(one, resource_id) for one in beside)


async def _images(image: ResourceId) -> list[str]:
    return await _ids(compute(image.subscription).images.list_by_resource_group, image.resource_group)


async def _galleries(gallery: ResourceId) -> list[str]:
    return await _ids(compute(gallery.subscription).galleries.list_by_resource_group, gallery.resource_group)


async def _definitions(definition: ResourceId) -> list[str]:
    return [one.id for one in await list_definitions(str(definition.parent))]


async def _versions(version: ResourceId) -> list[str]:
    return [one.id for one in await list_versions(str(version.parent))]


async def _all_images(subscription: str) -> list[str]:
    return await _ids(compute(subscription).images.list)


async def _all_galleries(subscription: str) -> list[str]:
    return await _ids(compute(subscription).galleries.list)


async def _ids(listing: Callable[..., Any], *arguments: str) -> list[str]:
    return [body["id"] for body in await read_all(listing, *arguments)]


_BESIDE: dict[str, Callable[[ResourceId], Awaitable[list[str]]]] = {
    MANAGED_IMAGE: _images,
    GALLERY: _galleries,
    IMAGE_DEFINITION: _definitions,
    IMAGE_VERSION: _versions,
}
# A group that is gone has taken with it all that was in it.
_EVERYWHERE = {MANAGED_IMAGE: _all_images, GALLERY: _all_galleries}
