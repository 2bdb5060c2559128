"""Finds tagged images that no event spoke of, and starts what is news: a missed event is no lost migration."""

import logging
import random
from typing import NamedTuple

import azure.durable_functions as df

from arm.errors import ArmError, ArmNotFoundError, ArmRefusedError
from arm.images import get_image, list_images
from arm.resource_graph import find_tagged_images
from arm.subscriptions import list_subscriptions
from migration.approval.image_record import Answered
from migration.asking.settings import has_storage, settings
from migration.asking.start import MigrationStart
from migration.asking.tags import find_tag
from migration.course.starting import Requester, is_news, may_be_another, start_by_tags
from migration.resources.image import ManagedImage
from records.errors import RecordUnreadableError
from records.store import all_answered, hold_if_kept
from triggers.steering import beginning, hub

_LOG = logging.getLogger(__name__)
WHOEVER = Requester("whoever set the tag")
MOST_LOOKED_AT = 15  # each a call of Azure; ten thousand images are found by ten


class Sweep(NamedTuple):
    """What was found: tagged images, the migrations started, and those that are under way already."""

    via: str
    tagged: int
    started: list[str]
    under_way: list[str]


async def sweep(client: df.DurableFunctionsClient) -> Sweep:
    """Start a migration for every tagged image whose wish has not been answered; says what it found."""
    via, images = await _tagged(settings().tag)
    known = await all_answered() if has_storage(settings()) else {}
    found: dict[bool, list[str]] = {True: [], False: []}
    for image in await _as_they_are(images, known):
        start = _wish(image, known)
        begun = await _begin(client, start, image) if start else None
        if start is not None and begun is not None:
            found[begun].append(start.id)
    started, under_way = found[True], found[False]
    _LOG.info("sweep by %s: %d tagged, %d started, %d under way", via, len(images), len(started), len(under_way))
    return Sweep(via, len(images), started, under_way)


async def _begin(client: df.DurableFunctionsClient, start: MigrationStart, image: ManagedImage) -> bool | None:
    """Start a migration: False where one is under way, None where the wish has been answered since the sweep began.

    A record that cannot be read costs its own image, not those that come after it.
    """
    if await hub.is_live(client, start.id):
        return False
    try:
        held = await hold_if_kept(start.id)  # not before: one that was live has answered before it ended
    except RecordUnreadableError as error:
        _LOG.warning("left aside by the sweep: %s", error)
        return None
    return await beginning.start(client, start, held) if is_news(start, image, held.answered, settings()) else None


async def _tagged(key: str) -> tuple[str, list[ManagedImage]]:
    """By Resource Graph, a call for each thousand images; by listing each subscription where it is refused."""
    try:
        return "Resource Graph", await find_tagged_images(key)
    except (ArmRefusedError, ArmNotFoundError) as error:
        _LOG.warning("Resource Graph cannot be asked (%s): images are listed instead", error.code)
    listed = [image for one in await list_subscriptions() for image in await list_images(one)]
    return "list", [image for image in listed if find_tag(image.tags, key) is not None]


async def _as_they_are(images: list[ManagedImage], known: dict[str, Answered]) -> list[ManagedImage]:
    """Return the images, those as they are now of which Resource Graph, which lags, cannot say whether they are news.

    That is few. Of more, some are looked at now and some by a later sweep.
    """
    doubtful = {image.id for image in images if _is_doubtful(image, known)}
    chosen = set(random.sample(sorted(doubtful), min(len(doubtful), MOST_LOOKED_AT)))
    looked_at = [await _look(image) if image.id in chosen else image for image in images]
    return [image for image in looked_at if image is not None]


def _is_doubtful(image: ManagedImage, known: dict[str, Answered]) -> bool:
    start = start_by_tags(image, WHOEVER, settings())
    return start is not None and may_be_another(start, image, known.get(start.id), settings())


async def _look(image: ManagedImage) -> ManagedImage | None:
    try:
        return await get_image(image.id)
    except ArmError:
        return image


def _wish(image: ManagedImage, known: dict[str, Answered]) -> MigrationStart | None:
    """Return the start of what an image's tags ask for, where that is news."""
    start = start_by_tags(image, WHOEVER, settings())
    return start if start and is_news(start, image, known.get(start.id), settings()) else None
