"""Starts migrations of tagged images. An event is only a hint: what counts is what the image's tags say now."""

import json
import logging
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from arm.resources.images import get_image
from arm.surveys.absence import get_unless_gone
from arm.transport.errors import ArmUnreadableError
from hub.durable_hub import DurableHub
from hub.task_hub import TaskHub
from migration.asking.reading import settings
from migration.course.starting import WHOEVER, Requester, start_by_tags
from migration.record.run import Run
from migration.resources.image import ManagedImage
from migration.values.ids import MANAGED_IMAGE, ResourceId, ResourceIdInvalidError, instance_id_for
from migration.values.lengths import LONGEST_PERSON
from records.store import hold
from steering.runs.beginning import begin_if_news, see_off
from steering.runs.looking_after import wake_soak

blueprint = df.Blueprint()

_LOG = logging.getLogger(__name__)
WRITERS = {"microsoft.compute/images/write", "microsoft.resources/tags/write"}
_OBJECT_ID = ("http://schemas.microsoft.com/identity/claims/objectidentifier", "oid")


@blueprint.event_grid_trigger(arg_name="event")
@blueprint.durable_client_input(client_name="client")
async def image_tagged(event: func.EventGridEvent, client: df.DurableFunctionsClient) -> None:
    """Either schema. Raises what a later delivery may cure: Event Grid does not retry a 400 from a function."""
    await on_event(event.subject or "", event.get_json(), DurableHub(client))


async def on_event(subject: str, data: Any, hub: TaskHub) -> bool:
    """Start the migration that the image's tags ask for; tells whether one was started."""
    image_id = _written_image(subject, data)
    image = await _image(image_id) if image_id else None
    if image is None:
        return False
    held = await hold(instance_id_for(image.id))
    current = settings()
    start = start_by_tags(image, _requester(data), current)
    if start is None:
        await see_off(held)
        await wake_soak(hub, held)
        return False
    begun = await begin_if_news(hub, start, held, image, current)
    await wake_soak(hub, held)
    return isinstance(begun, Run)  # a live one looks for news itself, at its end


async def _image(image_id: str) -> ManagedImage | None:
    """Return the image. One that makes no sense is none to any later delivery either; a missing right may come, and
    so may one that a single 404 denies: no event will tell of its tags again.
    """
    try:
        return await get_unless_gone(get_image, image_id)
    except ArmUnreadableError as error:
        _LOG.warning("event left aside: %s", error.message)
        return None


def _written_image(subject: str, data: Any) -> str | None:
    """Return the id of the image that was written or tagged; None for every other event."""
    if not isinstance(data, dict) or str(data.get("operationName", "")).lower() not in WRITERS:
        return None
    try:
        return str(ResourceId.parse(str(data.get("resourceUri") or subject), MANAGED_IMAGE))
    except ResourceIdInvalidError:
        return None


def _requester(data: dict[str, Any]) -> Requester:
    """Return the requester's object id. Names and addresses in the claims are personal and stay where they are."""
    claims = data.get("claims")
    if isinstance(claims, str):  # older events carry it as text
        try:
            claims = json.loads(claims)
        except (ValueError, RecursionError):
            claims = None
    found = next((claims[key] for key in _OBJECT_ID if claims.get(key)), None) if isinstance(claims, dict) else None
    if not isinstance(found, str) or len(found) > LONGEST_PERSON:
        return WHOEVER
    return Requester(found, (found,))
