"""What there is: galleries with their definitions and versions, and managed images with their migrations."""

from collections.abc import Awaitable
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from arm.resources.galleries import list_definitions, list_galleries
from arm.resources.images import list_images
from arm.resources.subscriptions import list_subscriptions
from arm.resources.versions import list_versions
from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from hub.durable_hub import DurableHub
from migration.resources.gallery import Gallery, ImageDefinition
from migration.telling.status import Status
from migration.values.ids import ResourceIdInvalidError, instance_id_for
from records.index import every
from triggers.answering.responding import json_response, responding
from triggers.api.viewing import api_address, links
from triggers.finding.migrations import status_now

blueprint = df.Blueprint()


@blueprint.route("galleries", methods=["GET"])
async def get_galleries(req: func.HttpRequest) -> func.HttpResponse:
    return await responding(_galleries(req))


async def _galleries(req: func.HttpRequest) -> func.HttpResponse:
    """Every gallery the app can see, or those of one `?subscription=`."""
    found = []
    for subscription in await _subscriptions(req):
        found += [await _gallery_shown(gallery) for gallery in await list_galleries(subscription)]
    return json_response({"galleries": found})


async def _subscriptions(req: func.HttpRequest) -> list[str]:
    asked = req.params.get("subscription")
    visible = await list_subscriptions()
    return visible if asked is None else [one for one in visible if one.lower() == asked.lower()]


async def _gallery_shown(gallery: Gallery) -> dict[str, Any]:
    definitions, unreadable = await _below(list_definitions(gallery.id))
    shown = [await _definition_shown(definition) for definition in definitions]
    return gallery.dump() | {"imageDefinitions": shown} | unreadable


async def _definition_shown(definition: ImageDefinition) -> dict[str, Any]:
    versions, unreadable = await _below(list_versions(definition.id))
    return definition.dump() | {"imageVersions": [version.dump() for version in versions]} | unreadable


async def _below[Item](listing: Awaitable[list[Item]]) -> tuple[list[Item], dict[str, str]]:
    """Return what a gallery or definition holds; what cannot be read is marked, and the rest is shown all the same."""
    try:
        return await listing, {}
    except (ArmRefusedError, ArmNotFoundError, ResourceIdInvalidError) as error:
        return [], {"unreadable": str(error)}


@blueprint.route("images", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def get_images(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_images(req, client))


async def _images(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Every managed image the app can see, or those of one `?subscription=`, each with its migration if it has one.

    The migration of an image that bore the name before is not its own, and is shown beside.
    """
    rows = {row.id: row async for row in every()}
    images = [image for one in await _subscriptions(req) for image in await list_images(one)]
    shown, hub = [], DurableHub(client)
    for image in images:
        row = None if image.unreadable else rows.get(instance_id_for(image.id))
        status = await status_now(hub, row.id, row.status) if row else None
        told = _migration(row.id, status, api_address(req)) if row and status else None
        own = status is not None and status.is_of(image)
        named = {"migration": told if own else None, "migrationOfEarlierImage": None if own else told}
        shown.append(image.dump() | named)
    return json_response({"images": shown})


def _migration(migration_id: str, status: Status, address: str) -> dict[str, Any]:
    return {
        "id": migration_id,
        "running": status.outcome is None and not status.stopped,
        "phase": status.phase,
        "outcome": status.outcome.kind if status.outcome else None,
        "links": links(migration_id, address),
    }
