"""Finds the images that a question means, by one list a subscription or group, not by a call for each image."""

from collections.abc import Iterable

from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError
from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.fleet.forecast.ordering import Group, Sighted, in_groups, waved
from migration.fleet.member import MOST_MEMBERS, MOST_WAVES, FleetRow
from migration.fleet.question.question import FleetQuestion
from migration.fleet.question.selector import ImageSelector
from migration.resources.image import ManagedImage
from migration.values.ids import MANAGED_IMAGE, ResourceId
from migration.values.problems import Problem, RequestInvalidError
from steering.gathering.reads.shared import SharedReads

FEW_GROUPS = 10  # of a subscription: where more are meant, its one list has them all


async def find_groups(question: FleetQuestion, settings: Settings, reads: SharedReads) -> list[Group]:
    """Return the images that are meant, by the definition they go into, the oldest of each first.

    Raises RequestInvalidError for more images or waves than a fleet has, ArmError for a list that cannot be read; where
    images are named, those of it are told as unread instead.
    """
    if question.select is None:
        return in_groups(await _named(question.rows or [], reads), settings)
    groups = in_groups(await _selected(question, question.select, reads), settings)
    count = sum(len(group.members) for group in groups)
    if count > MOST_MEMBERS:
        raise _too_many("select", f"it takes {count:,} images; a fleet has at most {MOST_MEMBERS:,}")
    if question.wave_size is None:
        return groups
    if count > question.wave_size * MOST_WAVES:
        raise _too_many("waveSize", f"there would be more than {MOST_WAVES:,} waves")
    return waved(groups, question.wave_size)


async def _selected(question: FleetQuestion, selector: ImageSelector, reads: SharedReads) -> list[Sighted]:
    if selector.ids:
        named = [FleetRow(request=MigrationRequest(source_image_id=one)) for one in dict.fromkeys(selector.ids)]
        found = await _named(named, reads)
        meant = {one.id for one in selector.chosen(one.image for one in found if one.image)}
        return [
            one._replace(row=question.row_of(one.image)) if one.image else one
            for one in found
            if one.image is None or one.image.id in meant
        ]
    images: dict[str, ManagedImage] = {}
    for subscription in selector.subscriptions or await reads.subscriptions():
        groups = selector.groups_of(subscription)
        listed = await _images_in(subscription, groups, reads)
        images |= {image.id.lower(): image for image in selector.chosen(listed)}
    return [Sighted(question.row_of(image), image) for image in images.values()]


async def _named(rows: Iterable[FleetRow], reads: SharedReads) -> list[Sighted]:
    """Read the images of these rows."""
    ids = [(row, ResourceId.parse(row.request.source_image_id, MANAGED_IMAGE)) for row in rows]
    places: dict[str, set[str]] = {}
    for _, one in ids:
        places.setdefault(one.subscription.lower(), set()).add(one.resource_group.lower())
    images: dict[str, ManagedImage] = {}
    refused: dict[str, ArmError] = {}
    for subscription, groups in places.items():
        try:
            images |= {image.id.lower(): image for image in await _images_in(subscription, groups, reads)}
        except (ArmRefusedError, ArmNotFoundError) as error:
            refused[subscription] = error
    return [_sighted(row, images.get(str(one).lower()), refused.get(one.subscription.lower())) for row, one in ids]


def _sighted(row: FleetRow, image: ManagedImage | None, refused: ArmError | None) -> Sighted:
    if image is not None:
        return Sighted(row, image)
    code, message = ("NotFound", f"there is no managed image {row.request.source_image_id}")
    if refused is not None:
        code, message = refused.code, refused.message
    return Sighted(row, None, Problem(field="sourceImageId", code=code, message=message))


async def _images_in(subscription: str, groups: set[str] | None, reads: SharedReads) -> list[ManagedImage]:
    """List those of the groups where there are few, else of the subscription (None: any group may be meant)."""
    if groups is None or len(groups) > FEW_GROUPS:
        return await reads.images(subscription)
    return [image for group in sorted(groups) for image in await reads.images(subscription, group)]


def _too_many(field: str, message: str) -> RequestInvalidError:
    return RequestInvalidError([Problem(field=field, code="TooMany", message=message)])
