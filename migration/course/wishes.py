"""What the tags of an image wish by now, beside what its run was started for: a wish that changed keeps the source."""

from collections.abc import Callable
from typing import Any

from migration.asking.delete_lock import lock_on_image
from migration.asking.request import AUTO_VERSION, DeleteSource, MigrationRequest
from migration.asking.settings import Settings
from migration.asking.tags import request_from_tags, tag_fingerprint
from migration.course.starting import is_answer
from migration.plan.destination.definitions import definition_name
from migration.plan.plan import Plan
from migration.record.image_record import Answered
from migration.record.run import Run
from migration.resources.image import ManagedImage
from migration.values.answer import Refusal
from migration.values.ids import same_id
from migration.values.image_version.number import number_of
from migration.values.image_version.regions import RequestedRegion, StorageAccountType, TargetRegion
from migration.values.problems import RequestInvalidError
from migration.values.tags import find_tag


def withdrawn(
    image: ManagedImage | None, run: Run, fingerprint: str, answered: Answered | None, settings: Settings
) -> Refusal | None:
    """Say that the delete is not wished for any more, whoever asked for the run. `never` is a lock wherever it stands;
    an image that is not there wishes nothing.

    `fingerprint` is that of the tags when the question was asked: changed or removed since, they are a wish of their
    own. So is a tag that was there before a request and that this run does not meet.
    """
    if settings.delete_source is DeleteSource.NEVER:
        return Refusal(code="DeletionLocked", message="MIGRATION_DELETE_SOURCE is never")
    if image is None:
        return None
    lock = lock_on_image(image.id, image.tags, settings.tag)
    if lock is not None:
        return Refusal(code="KeptByTag", message=lock)
    if tag_fingerprint(image.tags, settings.tag) != fingerprint:
        message = f"the tags {settings.tag} were changed or removed since the question was asked"
        return Refusal(code="RequestWithdrawn", message=message)
    return _waiting(image, run, answered, settings) if run.start.asked_by == "request" else None


def taken_back(image: ManagedImage, run: Run, settings: Settings) -> Refusal | None:
    """Say that the tags are another wish by now than when the run began; one that asks again takes them as they are."""
    if run.before is not None or tag_fingerprint(image.tags, settings.tag) == run.start.fingerprint:
        return None
    message = f"the tags {settings.tag} of the source image were changed or removed since the migration began"
    return Refusal(code="RequestWithdrawn", message=message)


def _waiting(image: ManagedImage, run: Run, answered: Answered | None, settings: Settings) -> Refusal | None:
    """Say that the image's tag asks for what this run, which a request started, does not do, and nothing has done.

    A refusal that may be put right is no answer.
    """
    fingerprint = tag_fingerprint(image.tags, settings.tag)
    if answered is not None and answered.refused_at is None and is_answer(answered, fingerprint, image):
        return None
    if is_met(image, run, settings):
        return None
    message = f"the tag {settings.tag} of the source image asks for another migration than this one: let that one run"
    message += ", or change or remove the tag"
    return Refusal(code="WishWaits", message=message)


def is_met(image: ManagedImage, run: Run, settings: Settings) -> bool:
    """Tell whether a run that a request started does all that the image's tags ask for, if they ask for anything."""
    if find_tag(image.tags, settings.tag) is None:
        return True
    try:
        wished = request_from_tags(image.id, image.tags, settings.tag)
    except RequestInvalidError:
        return False
    asked, plan = run.start.request, run.plan
    return wished is not None and asked is not None and plan is not None and _is_met(wished, asked, plan, settings)


def _is_met(wished: MigrationRequest, asked: MigrationRequest, plan: Plan, settings: Settings) -> bool:
    """Tell whether a plan does all that a tag names, and goes where one goes that names no place."""
    usual = {"gallery": settings.gallery, "target_regions": settings.regions or None}
    usual |= {"image_definition": definition_name(plan.source.name) if asked.image_definition else None}
    wanted = {field: getattr(wished, field) for field in MigrationRequest.model_fields if field != "source_image_id"}
    wanted |= {field: value for field, value in usual.items() if wanted[field] is None}
    named = {field: value for field, value in wanted.items() if value is not None}
    return all(
        _PLANNED[field](value, plan) if field in _PLANNED else value == getattr(asked, field)
        for field, value in named.items()
    )


def _is_gallery(wanted: str, plan: Plan) -> bool:
    """A name is that of a gallery in the image's own subscription."""
    if wanted.startswith("/"):
        return same_id(wanted, plan.gallery.id)
    own = plan.source.resource_id.subscription.lower()
    return wanted.lower() == plan.gallery.name.lower() and plan.gallery.resource_id.subscription.lower() == own


def _has_regions(wanted: list[RequestedRegion], plan: Plan) -> bool:
    has = {region.name: region for region in plan.target_regions}
    return all(
        one.name in has
        and has[one.name].replica_count >= (one.replica_count or 1)
        and _is_stored_so(one.storage_account_type, has[one.name])
        for one in wanted
    )


def _is_stored_so(wanted: StorageAccountType | None, has: TargetRegion) -> bool:
    """A preference is met by one, and by what it is a preference for."""
    if wanted is StorageAccountType.PREFER_ZRS:
        return has.preferred or has.storage_account_type == StorageAccountType.STANDARD_ZRS
    return wanted in {None, has.storage_account_type}


# What a plan has, wherever it was asked for.
_PLANNED: dict[str, Callable[[Any, Plan], bool]] = {
    "gallery": _is_gallery,
    "image_definition": lambda wanted, plan: wanted.lower() == plan.definition.name.lower(),
    "version": lambda wanted, plan: wanted == AUTO_VERSION or number_of(wanted) == number_of(plan.version),
    "target_regions": _has_regions,
    "end_of_life_date": lambda wanted, plan: wanted == plan.end_of_life_date,
    "exclude_from_latest": lambda wanted, plan: wanted == plan.exclude_from_latest and not plan.stays_excluded,
    "delete_source": lambda wanted, plan: wanted == plan.delete_source,
    "features": lambda wanted, plan: set(wanted) <= set(plan.definition.features),
    "protect": lambda wanted, plan: wanted == plan.protect,
    "soak": lambda wanted, plan: wanted == plan.soak or plan.delete_source is DeleteSource.NEVER,
}
