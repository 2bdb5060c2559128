"""Whether what answered 404 is really gone: a 404 proves nothing, however often it comes, and much follows from it."""

from collections.abc import Awaitable, Callable

from arm.transport.client import list_all
from arm.transport.errors import ArmNotFoundError
from migration.values.ids import GALLERY, IMAGE_DEFINITION, IMAGE_VERSION, MANAGED_IMAGE, ResourceId, same_id


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
    return await _ids(f"{image.group_id}/providers/{MANAGED_IMAGE}")


async def _galleries(gallery: ResourceId) -> list[str]:
    return await _ids(f"{gallery.group_id}/providers/{GALLERY}")


async def _definitions(definition: ResourceId) -> list[str]:
    return await _ids(f"{definition.parent}/images")


async def _versions(version: ResourceId) -> list[str]:
    return await _ids(f"{version.parent}/versions")


async def _all_images(subscription: str) -> list[str]:
    return await _ids(f"/subscriptions/{subscription}/providers/{MANAGED_IMAGE}")


async def _all_galleries(subscription: str) -> list[str]:
    return await _ids(f"/subscriptions/{subscription}/providers/{GALLERY}")


async def _ids(path: str) -> list[str]:
    return [body["id"] for body in await list_all(path)]


_BESIDE: dict[str, Callable[[ResourceId], Awaitable[list[str]]]] = {
    MANAGED_IMAGE: _images,
    GALLERY: _galleries,
    IMAGE_DEFINITION: _definitions,
    IMAGE_VERSION: _versions,
}
# A group that is gone has taken with it all that was in it.
_EVERYWHERE = {MANAGED_IMAGE: _all_images, GALLERY: _all_galleries}
