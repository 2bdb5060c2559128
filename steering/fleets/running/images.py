"""Reads the images that a fleet is about to start: where they are many in a subscription, by one list of it.

One of which Azure says nothing keeps no other from being started: it is looked at later.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence

from arm.resources.images import get_image, list_images
from arm.surveys.absence import is_gone
from arm.transport.errors import ArmNotFoundError, ArmRefusedError, ArmUnavailableError
from migration.resources.image import ManagedImage
from migration.values.answer import Refusal
from migration.values.ids import MANAGED_IMAGE, ResourceId, instance_id_for
from steering.fleets.approving.asking import in_time

NOT_FOUND = "NotFound"
MANY = 6  # images of one subscription: a list is a call for some hundred images, most of which may be nobody's here
READ_SECONDS = 120.0  # for images one by one: what is left then is looked at later
_LOG = logging.getLogger(__name__)


async def images_of(ids: Iterable[str]) -> dict[str, ManagedImage | Refusal]:
    """Return the images, or why there is none, by the ids of their migrations.

    One of which Azure is not sure, or gives no answer, is left out. Raises ArmThrottledError where it wants to be left
    alone.
    """
    by_subscription: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        by_subscription[ResourceId.parse(one, MANAGED_IMAGE).subscription.lower()].append(one)
    found: dict[str, ManagedImage | Refusal] = {}
    for subscription, wanted in by_subscription.items():
        listed = await _read_list(subscription) if len(wanted) >= MANY else {}
        found |= {name: listed[name] for one in wanted if (name := instance_id_for(one)) in listed}
        found |= await _each([one for one in wanted if instance_id_for(one) not in listed])
    return found


async def _read_list(subscription: str) -> dict[str, ManagedImage]:
    """Return what a list shows and can be understood; what it may not show is asked for one by one."""
    try:
        images = await list_images(subscription)
    except (ArmRefusedError, ArmNotFoundError, ArmUnavailableError):
        return {}
    return {instance_id_for(image.id): image for image in images if not image.unreadable}


async def _each(ids: Sequence[str]) -> dict[str, ManagedImage | Refusal]:
    found = await in_time(ids, READ_SECONDS, _read_image)
    return {instance_id_for(one): seen for one, seen in zip(ids, found, strict=True) if seen is not None}


async def _read_image(image_id: str) -> ManagedImage | Refusal | None:
    try:
        image = await get_image(image_id)
        if image is None and await is_gone(image_id):
            return Refusal(code=NOT_FOUND, message=f"there is no managed image {image_id}")
    except (ArmRefusedError, ArmNotFoundError) as error:
        return Refusal(code=error.code, message=error.message)
    except ArmUnavailableError as error:
        _LOG.warning("%s is not started for now: %s", instance_id_for(image_id), error)
        return None
    return image
