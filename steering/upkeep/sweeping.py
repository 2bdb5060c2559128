"""Finds tagged images that no event spoke of, and starts what is news: a missed event is no lost migration.

It notices tags that were taken off as well, and takes up again, once a day, what a plan was refused for.
"""

import logging
import random
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from arm.resources.images import get_image, list_images
from arm.resources.subscriptions import list_subscriptions
from arm.surveys.resource_graph import find_tagged_images
from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError
from hub.task_hub import TaskHub
from migration.asking.settings import Settings, SettingsInvalidError
from migration.asking.start import MigrationStart
from migration.course.starting import WHOEVER, is_news, may_be_another, start_by_tags
from migration.record.image_record import Answered, ImageRecord
from migration.resources.image import ManagedImage
from migration.values.answer import Refusal
from migration.values.ids import earlier_instance_id_for
from migration.values.tags import find_tag
from records.errors import RecordUnreadableError
from records.store import all_answered, hold
from steering.gathering.planning import draw_up_plan
from steering.runs.beginning import begin, pause_now, see_off
from steering.runs.changing import change_record

_LOG = logging.getLogger(__name__)
MOST_LOOKED_AT = 15  # each a call of Azure; ten thousand images are found by ten
MOST_PLANNED = 10  # each some ten calls
TRIED_AGAIN_AFTER = timedelta(days=1)

type Known = dict[str, Answered]


class Sweep(NamedTuple):
    """What was found: tagged images, the migrations started, and those that are under way already."""

    via: str
    tagged: int
    started: list[str]
    under_way: list[str]


async def sweep(hub: TaskHub, settings: Settings) -> Sweep:
    """Start a migration for every tagged image whose wish has not been answered; says what it found."""
    via, images = await _tagged(settings.tag)
    if (await pause_now(settings)).paused:
        return Sweep(via, len(images), [], [])
    known = await all_answered()
    found: dict[bool, list[str]] = {True: [], False: []}
    seen = await _as_they_are(images, known, settings)
    wishes = [(image, start) for image in seen if (start := _wish(image, known, settings))]
    for image, start in wishes:
        begun = await _begin(hub, start, image, settings)
        if begun is not None:
            found[begun].append(start.id)
    for start in await _put_right(images, known, settings):
        begun = await _begin(hub, start, None, settings)
        if begun is not None:
            found[begun].append(start.id)
        await _note_tried(start.id)
    await _see_off(images, known, settings)
    started, under_way = found[True], found[False]
    _LOG.info("sweep by %s: %d tagged, %d started, %d under way", via, len(images), len(started), len(under_way))
    return Sweep(via, len(images), started, under_way)


async def _begin(hub: TaskHub, start: MigrationStart, image: ManagedImage | None, settings: Settings) -> bool | None:
    """Start a migration: False where one is under way, None where the wish has been answered since the sweep began.

    `image` is None for a wish that was refused and is taken up again.

    A record that cannot be read costs its own image, not those that come after it.
    """
    try:
        held = await hold(start.id)
        run = await begin(hub, start, held, settings, image=image)
    except RecordUnreadableError as error:
        _LOG.warning("left aside by the sweep: %s", error)
        return None
    if isinstance(run, Refusal):
        return None if run.code == "Answered" else False
    return True


async def _tagged(key: str) -> tuple[str, list[ManagedImage]]:
    """By Resource Graph, a call for each thousand images; by listing each subscription where it is refused."""
    try:
        return "Resource Graph", await find_tagged_images(key)
    except (ArmRefusedError, ArmNotFoundError) as error:
        _LOG.warning("Resource Graph cannot be asked (%s): images are listed instead", error.code)
    listed = [image for one in await list_subscriptions() for image in await list_images(one)]
    return "list", [image for image in listed if find_tag(image.tags, key) is not None]


async def _as_they_are(images: list[ManagedImage], known: Known, settings: Settings) -> list[ManagedImage]:
    """Return the images, those as they are now of which Resource Graph, which lags, cannot say whether they are news.

    That is few. Of more, some are looked at now and some by a later sweep.
    """
    doubtful = _some({image.id for image in images if _is_doubtful(image, known, settings)}, MOST_LOOKED_AT)
    looked_at = [await _image_now(image) if image.id in doubtful else image for image in images]
    return [image for image in looked_at if image is not None]


def _some(found: set[str], most: int) -> set[str]:
    return set(random.sample(sorted(found), min(len(found), most)))


def _is_doubtful(image: ManagedImage, known: Known, settings: Settings) -> bool:
    start = start_by_tags(image, WHOEVER, settings)
    return start is not None and may_be_another(start, image, known.get(start.id), settings)


async def _image_now(image: ManagedImage) -> ManagedImage | None:
    try:
        return await get_image(image.id)
    except ArmError:
        return image


def _answered(image: ManagedImage, start: MigrationStart, known: Known) -> Answered | None:
    return known.get(start.id) or known.get(earlier_instance_id_for(image.id))


def _wish(image: ManagedImage, known: Known, settings: Settings) -> MigrationStart | None:
    """Return the start of what an image's tags ask for, where that is news."""
    start = start_by_tags(image, WHOEVER, settings)
    return start if start and is_news(start, image, _answered(image, start, known), settings) else None


async def _put_right(images: list[ManagedImage], known: Known, settings: Settings) -> list[MigrationStart]:
    """Return wishes that were refused a day ago or longer, and against which a plan has no problem any more."""
    now, due = datetime.now(UTC), []
    for image in images:
        start = start_by_tags(image, WHOEVER, settings)
        answered = known.get(start.id) if start else None
        if start is None or answered is None or answered.refused_at is None:
            continue
        if not is_news(start, image, answered, settings) and now - answered.refused_at >= TRIED_AGAIN_AFTER:
            due.append((image, start))
    chosen = _some({image.id for image, _ in due}, MOST_PLANNED)
    return [start for image, start in due if image.id in chosen and await _is_put_right(image, start, settings, now)]


async def _is_put_right(image: ManagedImage, start: MigrationStart, settings: Settings, now: datetime) -> bool:
    """Plan once more; where the plan has problems still, the next time is a day from now."""
    try:
        now_there = await get_image(image.id)
        held = await hold(start.id)
        result = await draw_up_plan(start, settings, held.copies) if now_there else None
        is_right = result is not None and result.plan is not None
        if not is_right:
            await change_record(held, lambda record: _tried(record, now))
    except (ArmError, RecordUnreadableError, SettingsInvalidError):
        return False
    return is_right


async def _note_tried(migration_id: str) -> None:
    """Note that what was put right was begun; a record that cannot be read costs its own image."""
    try:
        await change_record(await hold(migration_id), lambda record: _tried(record, datetime.now(UTC)))
    except RecordUnreadableError as error:
        _LOG.warning("left aside by the sweep: %s", error)


def _tried(record: ImageRecord | None, at: datetime) -> ImageRecord | Refusal:
    if record is None or record.answered is None or record.answered.refused_at is None:
        return Refusal(code="NothingRefused", message="nothing was refused")
    return record.changed(answered=record.answered.changed(refused_at=at))


async def _see_off(images: list[ManagedImage], known: Known, settings: Settings) -> None:
    """Note of images that were answered, and bear no tag any more, that their tag is off.

    Resource Graph lags: each is looked at itself, some in each sweep.
    """
    tagged = {start.id for image in images if (start := start_by_tags(image, WHOEVER, settings))}
    gone = {name for name, answered in known.items() if name not in tagged and not (answered.off or answered.deleted)}
    for migration_id in sorted(_some(gone, MOST_LOOKED_AT)):
        try:
            held = await hold(migration_id)
            image = await get_image(held.record.source_image_id) if held.record else None
            if image is not None and find_tag(image.tags, settings.tag) is None:
                await see_off(held)
        except (ArmError, RecordUnreadableError) as error:
            _LOG.warning("%s: whether its tag is off is not known: %s", migration_id, type(error).__name__)
