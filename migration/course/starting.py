"""How a migration starts: what its input is, and whether an event on an image is a reason to start one at all."""

from typing import Literal, NamedTuple

from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart, Patience
from migration.asking.tags import request_from_tags, tag_fingerprint
from migration.course.recording import recorded_fingerprint
from migration.record.image_record import Answered
from migration.resources.image import ManagedImage
from migration.values.ids import instance_id_for
from migration.values.problems import RequestInvalidError


class Requester(NamedTuple):
    """Who asked: how to show them, and by which ids they can be told from the approver."""

    name: str
    ids: tuple[str, ...] = ()


WHOEVER = Requester("whoever set the tag")
SOMEBODY = Requester("whoever changed the tag after the migration had been started")


def start_by_request(
    request: MigrationRequest, image: ManagedImage, requester: Requester, settings: Settings
) -> MigrationStart:
    """Return the input of a migration someone asked for over HTTP."""
    return _start_of(image, request, "request", requester, settings)


def start_by_tags(image: ManagedImage, requester: Requester, settings: Settings) -> MigrationStart | None:
    """Return the input of the migration an image's tags ask for; None where they ask for none.

    Tags that make no sense start a migration too: its plan is refused with every problem, where people can see it.
    """
    try:
        request = request_from_tags(image.id, image.tags, settings.tag)
    except RequestInvalidError as error:
        start = _start_of(image, None, "tag", requester, settings)
        return start.changed(problems=list(error.problems))
    return _start_of(image, request, "tag", requester, settings) if request else None


def _start_of(
    image: ManagedImage,
    request: MigrationRequest | None,
    asked_by: Literal["tag", "request"],
    requester: Requester,
    settings: Settings,
) -> MigrationStart:
    return MigrationStart(
        id=instance_id_for(image.id),
        source_image_id=image.id,
        request=request,
        asked_by=asked_by,
        requested_by=requester.name,
        requester_ids=list(requester.ids),
        fingerprint=tag_fingerprint(image.tags, settings.tag),
        source_content=image.content,
        source_shape=image.shape,
        patience=Patience.of(settings),
    )


def is_news(start: MigrationStart, image: ManagedImage, answered: Answered | None, settings: Settings) -> bool:
    """Tell whether tags ask for something that has not been answered yet.

    The record remembers what was, and whether the tag has been off since; where there is none, the status tag does. An
    image built anew under an old name has not been answered. Where only its shape is known, that has to do.
    """
    if answered is None:
        return recorded_fingerprint(image.tags, settings.tag) != start.fingerprint
    return not is_answer(answered, start.fingerprint, image)


def is_answer(answered: Answered, fingerprint: str, image: ManagedImage) -> bool:
    """Tell whether what was answered last was this wish, of this very image, and has not been taken off since."""
    same = answered.content == image.content if image.content else answered.shape == image.shape
    return same and not answered.off and answered.fingerprint == fingerprint


def may_be_another(start: MigrationStart, image: ManagedImage, answered: Answered | None, settings: Settings) -> bool:
    """Tell whether an image of which only the shape is known may be another than the one that was answered.

    Either that one is gone, or this one does not bear the tag that a migration leaves on it.
    """
    if answered is None or image.content:
        return False
    return answered.deleted or recorded_fingerprint(image.tags, settings.tag) != start.fingerprint


def as_asked_now(start: MigrationStart, image: ManagedImage, settings: Settings) -> MigrationStart | None:
    """Return the start as the image's tags have it by now, if tags asked for it; None where they ask for nothing more.

    Who changed the tags is not known, so that four eyes cannot hold until somebody who is known asks again.
    """
    if start.asked_by == "request" or start.fingerprint == tag_fingerprint(image.tags, settings.tag):
        return start
    return start_by_tags(image, SOMEBODY, settings)
