"""How a migration starts: what its input is, and whether an event on an image is a reason to start one at all."""

from typing import Literal, NamedTuple

from migration.approval.image_record import Answered
from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart, Patience
from migration.asking.tags import request_from_tags, tag_fingerprint
from migration.course.recording import recorded_fingerprint
from migration.resources.image import ManagedImage
from migration.values.ids import instance_id_for
from migration.values.problems import RequestInvalidError


class Requester(NamedTuple):
    """Who asked: how to show them, and by which ids they can be told from the approver."""

    name: str
    ids: tuple[str, ...] = ()


def start_by_request(
    request: MigrationRequest, image: ManagedImage, requester: Requester, settings: Settings
) -> MigrationStart:
    """Return the input of a migration someone asked for over HTTP."""
    return _start(image, request, "request", requester, settings)


def start_by_tags(image: ManagedImage, requester: Requester, settings: Settings) -> MigrationStart | None:
    """Return the input of the migration an image's tags ask for; None where they ask for none.

    Tags that make no sense start a migration too: its plan is refused with every problem, where people can see it.
    """
    try:
        request = request_from_tags(image.id, image.tags, settings.tag)
    except RequestInvalidError as error:
        start = _start(image, None, "tag", requester, settings)
        return start.model_copy(update={"problems": list(error.problems)})
    return _start(image, request, "tag", requester, settings) if request else None


def _start(
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
        patience=Patience.of(settings),
    )


def is_news(start: MigrationStart, image: ManagedImage, answered: Answered | None, settings: Settings) -> bool:
    """Tell whether tags ask for something that has not been answered yet.

    The record remembers what was; where there is none, the status tag does. An image built anew under an old name has
    not been answered. Where only its shape is known, that has to do.
    """
    if answered is None:
        return recorded_fingerprint(image.tags, settings.tag) != start.fingerprint
    alike = answered.shape == image.shape and not answered.deleted
    same = answered.content == image.content if image.content else alike
    return not same or answered.fingerprint != start.fingerprint
