"""What there is: galleries with their definitions and versions, and managed images with their migrations."""

from collections.abc import Awaitable, Sequence
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from arm.resources.galleries import list_definitions, list_galleries
from arm.resources.images import list_images
from arm.resources.subscriptions import list_subscriptions
from arm.resources.versions import list_versions
from arm.transport.allowance import get_leave_to_list
from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from hub.durable_hub import DurableHub
from migration.resources.gallery import Gallery, ImageDefinition
from migration.resources.image import ManagedImage
from migration.telling.inventories import (
    DefinitionShown,
    GalleryPage,
    GalleryShown,
    ImageMigration,
    ImagePage,
    ImageShown,
)
from migration.telling.status import Status
from migration.values.ids import ResourceIdInvalidError, instance_id_for
from records.index import every
from triggers.answering.calls import Call
from triggers.answering.parameters import place, whole, words
from triggers.answering.responding import json_response
from triggers.api.viewing import api_address, links, next_link
from triggers.finding.migrations import status_now

blueprint = df.Blueprint()

LARGEST_PAGE = 1000
_NARROWED = (
    whole("top", "most of a page; all where nothing is said", LARGEST_PAGE),
    words("subscription", "only those of these subscriptions"),
    words("text", "only those whose id holds one of these"),
    place(r"/subscriptions/[^\x00-\x1f]{1,1000}"),
)
GALLERIES = Call(
    "GET",
    "galleries",
    "Lists galleries, each with its definitions and their versions.",
    query=_NARROWED,
    gives=GalleryPage,
)
IMAGES = Call(
    "GET", "images", "Lists managed images, each with its migration if it has one.", query=_NARROWED, gives=ImagePage
)


@blueprint.route(GALLERIES.path, methods=GALLERIES.methods)
async def get_galleries(req: func.HttpRequest) -> func.HttpResponse:
    return await GALLERIES.answer(req, _galleries(req))


async def _galleries(req: func.HttpRequest) -> func.HttpResponse:
    """Galleries that the app can see, a page of them at most; only what is shown of them is read."""
    given = GALLERIES.given(req)
    found = [one for subscription in await _subscriptions(given) for one in await list_galleries(subscription)]
    galleries, after = _page_of(found, given)
    shown = [await _gallery_shown(gallery) for gallery in galleries]
    return json_response(GalleryPage(galleries=shown, next_link=next_link(GALLERIES, req, given, after)).dump())


async def _subscriptions(given: dict[str, Any]) -> list[str]:
    asked = given["subscription"]
    return [one for one in await list_subscriptions() if not asked or one.lower() in asked]


def _page_of[Item: (Gallery, ManagedImage)](
    found: Sequence[Item], given: dict[str, Any]
) -> tuple[list[Item], str | None]:
    """Return what a page has of all that was found, in the order of ids, and where the next one begins."""
    begin = (given["after"] or "").lower()
    by_id = {one.id.lower(): one for one in found}
    wanted = sorted(key for key in by_id if key > begin and _is_named(key, given["text"]))
    shown = wanted[: given["top"]]
    return [by_id[key] for key in shown], shown[-1] if len(shown) < len(wanted) else None


def _is_named(resource_id: str, texts: tuple[str, ...]) -> bool:
    return not texts or any(text in resource_id for text in texts)


async def _gallery_shown(gallery: Gallery) -> GalleryShown:
    """Return all that a gallery holds; raises ArmThrottledError where what Azure allows is nearly used up."""
    if gallery.unreadable is None:
        get_leave_to_list(gallery.resource_id.subscription)
    definitions, unreadable = await _below(list_definitions(gallery.id))
    shown = [await _definition_shown(definition) for definition in definitions]
    return GalleryShown.model_validate({**gallery.dump(), "imageDefinitions": shown, **unreadable})


async def _definition_shown(definition: ImageDefinition) -> DefinitionShown:
    versions, unreadable = await _below(list_versions(definition.id))
    return DefinitionShown.model_validate({**definition.dump(), "imageVersions": versions, **unreadable})


async def _below[Item](listing: Awaitable[list[Item]]) -> tuple[list[Item], dict[str, str]]:
    """Return what a gallery or definition holds; what cannot be read is marked, and the rest is shown all the same."""
    try:
        return await listing, {}
    except (ArmRefusedError, ArmNotFoundError, ResourceIdInvalidError) as error:
        return [], {"unreadable": str(error)}


@blueprint.route(IMAGES.path, methods=IMAGES.methods)
@blueprint.durable_client_input(client_name="client")
async def get_images(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await IMAGES.answer(req, _images(req, client))


async def _images(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Managed images that the app can see, a page of them at most, each with its migration if it has one.

    The migration of an image that bore the name before is not its own, and is shown beside.
    """
    given = IMAGES.given(req)
    rows = {row.id: row async for row in every()}
    images, after = _page_of([image for one in await _subscriptions(given) for image in await list_images(one)], given)
    shown, hub = [], DurableHub(client)
    for image in images:
        row = None if image.unreadable else rows.get(instance_id_for(image.id))
        status = await status_now(hub, row.id, row.status) if row else None
        told = _migration(row.id, status, api_address(req)) if row and status else None
        own = status is not None and status.is_of(image)
        named = {"migration": told if own else None, "migrationOfEarlierImage": None if own else told}
        shown.append(ImageShown.model_validate({**image.dump(), **named}))
    return json_response(ImagePage(images=shown, next_link=next_link(IMAGES, req, given, after)).dump())


def _migration(migration_id: str, status: Status, address: str) -> ImageMigration:
    return ImageMigration(
        id=migration_id,
        running=status.outcome is None and not status.stopped,
        phase=status.phase,
        outcome=status.outcome.kind if status.outcome else None,
        links=links(migration_id, address),
    )
