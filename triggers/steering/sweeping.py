"""Finds tagged images that no event spoke of, and starts what is news: a missed event is no lost migration."""

import logging
from typing import NamedTuple

import azure.durable_functions as df

from arm.errors import ArmNotFoundError, ArmRefusedError
from arm.images import list_images
from arm.resource_graph import find_tagged_images
from arm.subscriptions import list_subscriptions
from migration.asking.settings import has_storage, settings
from migration.asking.tags import find_tag
from migration.course.starting import Requester, is_news, start_by_tags
from migration.resources.image import ManagedImage
from records.store import all_answered
from triggers.steering import beginning

_LOG = logging.getLogger(__name__)
WHOEVER = Requester("whoever set the tag")


class Sweep(NamedTuple):
    """What was found: tagged images, the migrations started, and those that are under way already."""

    via: str
    tagged: int
    started: list[str]
    under_way: list[str]


async def sweep(client: df.DurableFunctionsClient) -> Sweep:
    """Start a migration for every tagged image whose wish has not been answered; says what it found."""
    current = settings()
    via, images = await _tagged(current.tag)
    known = await all_answered() if has_storage(current) else {}
    started: list[str] = []
    under_way: list[str] = []
    for image in images:
        start = start_by_tags(image, WHOEVER, current)
        if start is None or not is_news(start, image, known.get(start.id), current):
            continue
        (started if await beginning.start(client, start) else under_way).append(start.id)
    _LOG.info("sweep by %s: %d tagged, %d started, %d under way", via, len(images), len(started), len(under_way))
    return Sweep(via, len(images), started, under_way)


async def _tagged(key: str) -> tuple[str, list[ManagedImage]]:
    """By Resource Graph, a call for each thousand images; by listing each subscription where it is refused."""
    try:
        return "Resource Graph", await find_tagged_images(key)
    except (ArmRefusedError, ArmNotFoundError) as error:
        _LOG.warning("Resource Graph cannot be asked (%s): images are listed instead", error.code)
    listed = [image for one in await list_subscriptions() for image in await list_images(one)]
    return "list", [image for image in listed if find_tag(image.tags, key) is not None]
