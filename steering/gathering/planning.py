"""Reads everything a plan needs from Azure, and has the plan made. Writes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from arm.resources.galleries import get_galleries_api
from arm.resources.images import get_image
from arm.transport.errors import ArmRefusedError, ArmUnavailableError
from migration.asking.delete_lock import lock_on_image
from migration.asking.request import DeleteSource, MigrationRequest
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart
from migration.course.starting import as_asked_now
from migration.plan.choosing import Choices
from migration.plan.destination.definitions import chosen_name, find_definition
from migration.plan.galleries import gallery_reference, plan_gallery
from migration.plan.plan import Findings, PlanResult
from migration.plan.planning import Observed, make_plan
from migration.resources.copy_identity import CopyIdentity
from migration.resources.gallery import Gallery
from migration.resources.image import ManagedImage, image_problems
from migration.values.problems import Problem
from notifying.addresses import refuse_wrong_addresses
from steering.gathering.deciders import check_deciders
from steering.gathering.reads.each import EACH, Reads
from steering.gathering.rights import check_gallery_rights, check_source_rights, check_users_visible
from steering.gathering.surroundings import with_surroundings


async def draw_up_plan(
    start: MigrationStart,
    settings: Settings,
    copies: Sequence[CopyIdentity] = (),
    image: ManagedImage | None = None,
    reads: Reads = EACH,
) -> PlanResult:
    """Return a complete plan, or the problems of tags, source, gallery and definition together.

    Tags that were changed since the start are planned as they are by now. `copies` are those that the record knows,
    `image` the source for whom has just read it, `reads` how Azure is asked. Raises SettingsInvalidError where people
    could not be told of it.
    """
    refuse_wrong_addresses(settings)
    source = image or await _image_to_plan(start.source_image_id)
    if isinstance(source, Problem):
        return _refused(start, source)
    asked = as_asked_now(start, source, settings)
    if asked is None:
        gone = "the tag was taken off the image before the migration had been planned"
        return _refused(start, Problem(field=settings.tag, code="TagRemoved", message=gone))
    result = await _planned(asked, source, settings, copies, reads)
    return result if asked is start else result.changed(start=asked)


async def _image_to_plan(image_id: str) -> ManagedImage | Problem:
    """Return the image, or why there is none to plan with."""
    try:
        image = await get_image(image_id)
    except ArmRefusedError as error:
        return Problem(field="sourceImageId", code=error.code, message=error.message)
    message = f"there is no managed image {image_id}"
    return image or Problem(field="sourceImageId", code="NotFound", message=message, absent=image_id)


def _refused(start: MigrationStart, *problems: Problem) -> PlanResult:
    return PlanResult(problems=[*start.problems, *problems])


async def _planned(
    start: MigrationStart, image: ManagedImage, settings: Settings, copies: Sequence[CopyIdentity], reads: Reads
) -> PlanResult:
    if start.request is None:
        return _refused(start, *image_problems(image, settings.max_data_disk_gb))
    findings = Findings()
    choices = Choices(start.request, settings, start.asked_by, findings)
    seen = await _observe(choices, start.request, image, settings, findings, reads)
    await _check_rights(choices, start, seen, settings, findings, reads)
    seen = replace(await with_surroundings(seen, choices, reads), copies=copies, galleries_api=get_galleries_api())
    plan = make_plan(choices, settings, seen, start, datetime.now(UTC), findings)
    return PlanResult(plan=plan) if plan else PlanResult(problems=findings.problems)


async def _observe(
    choices: Choices,
    request: MigrationRequest,
    image: ManagedImage,
    settings: Settings,
    findings: Findings,
    reads: Reads,
) -> Observed:
    """Read the gallery and all it holds. One that refuses to be read is a problem as any other."""
    choices.value("gallery")
    reference = gallery_reference(request, settings)
    try:
        gallery = plan_gallery(reference, await _candidates(reference, image, reads), image, settings, findings)
        if gallery is None or gallery[1]:
            return Observed(image, gallery, [], [])
        definitions = await reads.definitions(gallery[0].id)
        existing = find_definition(definitions, chosen_name(choices, image))
        return Observed(image, gallery, definitions, await reads.versions(existing.id) if existing else [])
    except ArmRefusedError as error:
        findings.problem("gallery", error.code, error.message)
        return Observed(image, None, [], [])


async def _check_rights(
    choices: Choices, start: MigrationStart, seen: Observed, settings: Settings, findings: Findings, reads: Reads
) -> None:
    lock = lock_on_image(seen.image.id, seen.image.tags, settings.tag)
    asked = start.request.delete_source if start.request else None
    deletes = lock is None and DeleteSource.NEVER not in {asked, settings.delete_source}
    await check_source_rights(seen.image, findings, deletes=deletes, reads=reads)
    if deletes:
        check_deciders(start, settings, findings)
        await check_users_visible(seen.image, findings, reads)
    if seen.gallery is not None:
        gallery, creates = seen.gallery
        definition = find_definition(seen.definitions, chosen_name(choices, seen.image))
        await check_gallery_rights(gallery, definition, findings, creates=creates, reads=reads)


async def _candidates(reference: str | None, image: ManagedImage, reads: Reads) -> list[Gallery]:
    """Return the gallery of that id, or every gallery of that name in the source's subscription."""
    if reference is None:
        return []
    if reference.startswith("/"):
        references = [reference]
    else:
        listed = await reads.galleries(image.resource_id.subscription)
        references = [gallery.id for gallery in listed if gallery.name.lower() == reference.lower()]
    found = [
        await reads.gallery(one) for one in references
    ]  # lists spell groups in capitals, and people read these ids
    if None in found and not all([await reads.is_gone(one) for one in references]):
        raise ArmUnavailableError("NotSeen", f"gallery {reference} was not found, and is listed")
    return [gallery for gallery in found if gallery]
