"""Turns a request and what Azure says into a plan, or into every problem found. Decides; reads nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from migration.asking.delete_lock import lock_on_image
from migration.asking.people import requester_is_known
from migration.asking.request import AUTO_VERSION, DeleteSource, MigrationRequest
from migration.asking.settings import Settings, has_storage
from migration.asking.start import MigrationStart
from migration.plan.choosing import Choices
from migration.plan.definitions import plan_definition
from migration.plan.numbering import plan_version
from migration.plan.plan import Findings, Plan
from migration.resources.gallery import Gallery, ImageDefinition, ImageVersion
from migration.resources.image import ManagedImage, image_problems
from migration.values.ids import GALLERY, MANAGED_IMAGE, ResourceId
from migration.values.regions import LARGEST_REPLICA_COUNT, RequestedRegion, TargetRegion, duplicate_regions


@dataclass(frozen=True)
class Observed:
    """What was read from Azure for a plan: the gallery (and whether to create it), all it holds, the regions offered.

    `versions` are those of the definition the migration goes into; `locations` is None where they could not be read.
    """

    image: ManagedImage
    gallery: tuple[Gallery, bool] | None
    definitions: list[ImageDefinition]
    versions: list[ImageVersion]
    locations: set[str] | None


def gallery_reference(request: MigrationRequest, settings: Settings) -> str | None:
    """Return the gallery asked for: an id, or a name to look up in the source's subscription.

    A name that is also the name of the gallery in the settings means that gallery, wherever it is.
    """
    asked, default = request.gallery, settings.gallery
    if (
        asked
        and default
        and default.startswith("/")
        and ResourceId.parse(default, GALLERY).name.lower() == asked.lower()
    ):
        return default
    return asked or default


def plan_gallery(
    reference: str | None, candidates: list[Gallery], image: ManagedImage, settings: Settings, findings: Findings
) -> tuple[Gallery, bool] | None:
    """Choose among the galleries of that name; returns the gallery and whether it must be created."""
    if reference is None:
        findings.problem("gallery", "Missing", "no gallery is named, and MIGRATION_GALLERY is not set")
        return None
    if len(candidates) > 1:
        ids = ", ".join(gallery.id for gallery in candidates)
        findings.problem("gallery", "Ambiguous", f"several galleries have that name; give the id of one: {ids}")
        return None
    if candidates:
        return candidates[0], False
    if not settings.create_gallery:
        findings.problem(
            "gallery", "NotFound", f"gallery '{reference}' does not exist, and MIGRATION_CREATE_GALLERY is off"
        )
        return None
    source = ResourceId.parse(image.id, MANAGED_IMAGE)
    created = (
        ResourceId.parse(reference, GALLERY)
        if reference.startswith("/")
        else ResourceId(source.subscription, source.resource_group, GALLERY, (reference,))
    )
    findings.note(f"gallery {created.name} will be created in {image.location}")
    return Gallery(id=str(created), name=created.name, location=image.location), True


def plan_regions(
    wanted: Iterable[RequestedRegion], image: ManagedImage, settings: Settings, findings: Findings
) -> list[TargetRegion]:
    """Resolve the target regions; the source region is always among them, as Azure demands."""
    requested = list(wanted)
    for name in duplicate_regions(requested):
        findings.problem("targetRegions", "Duplicate", f"region {name} is named more than once")
    regions = [region.resolve(settings.replicas, settings.storage) for region in requested]
    if image.location not in {region.name for region in regions}:
        source = RequestedRegion(name=image.location).resolve(settings.replicas, settings.storage)
        regions.insert(0, source)
        if requested:
            findings.note(f"the source region {image.location} was added: Azure requires it among the target regions")
    total = sum(region.replica_count for region in regions)
    if total > LARGEST_REPLICA_COUNT:
        findings.problem(
            "targetRegions", "TooManyReplicas", f"{total} replicas; a version has at most {LARGEST_REPLICA_COUNT}"
        )
    return regions


def check_locations(regions: Iterable[TargetRegion], offered: set[str] | None, findings: Findings) -> None:
    """Compare region names with those the subscription offers; None means they could not be read."""
    if offered is None:
        findings.note("not checked: whether the subscription offers every target region")
        return
    for region in regions:
        if region.name not in offered:
            findings.problem("targetRegions", "RegionNotFound", f"the subscription offers no region '{region.name}'")


def kept_deleted(gallery: Gallery) -> str:
    """Say what becomes of a version that somebody deletes: it will be the only copy."""
    if gallery.soft_delete_days is None:
        return f"gallery {gallery.name} does not keep deleted versions: soft delete is off"
    return f"gallery {gallery.name} keeps deleted versions for {gallery.soft_delete_days} days (soft delete)"


def deletion_notes(image: ManagedImage, settings: Settings, start: MigrationStart) -> list[str]:
    """Say early what will keep the source in the end, however well it is copied."""
    reasons = {
        "MIGRATION_SIGNING_KEY is not set, and without it nothing is promoted or deleted": settings.signing_key is None,
        "the app has no storage account for its records (AzureWebJobsStorage)": not has_storage(settings),
        "Azure does not say when the image was made: it cannot be told from one made again": image.created_at is None,
        "MIGRATION_FOUR_EYES: it is not known who asked; somebody who is signed in must ask again": (
            settings.four_eyes and not requester_is_known(start.requester_ids)
        ),
    }
    return [f"as things stand the source will be kept: {reason}" for reason, holds in reasons.items() if holds]


def make_plan(
    choices: Choices, settings: Settings, seen: Observed, start: MigrationStart, now: datetime, findings: Findings
) -> Plan | None:
    """Make the plan; returns None when `findings` holds problems, which then are all there are."""
    findings.problems.extend(image_problems(seen.image))
    regions = plan_regions(choices.value("target_regions"), seen.image, settings, findings)
    check_locations(regions, seen.locations, findings)
    end_of_life: datetime | None = choices.value("end_of_life_date")
    if end_of_life is not None and end_of_life <= now:
        findings.problem("endOfLifeDate", "InThePast", f"the end of life {end_of_life.date()} is in the past")
    exclude: bool = choices.value("exclude_from_latest")
    delete = choices.delete_source(lock_on_image(seen.image.id, seen.image.tags, settings.tag))
    if delete is not DeleteSource.NEVER:
        findings.notes.extend(deletion_notes(seen.image, settings, start))
    protect = bool(choices.value("protect"))
    if protect and end_of_life is None:
        message = "a version can be protected until its end of life only, and none is given (eol)"
        findings.problem("protect", "NoEndOfLife", message)
    if seen.gallery is None:
        return None
    gallery, create_gallery = seen.gallery
    findings.note(kept_deleted(gallery))
    definition, create_definition = plan_definition(choices, seen.image, gallery, seen.definitions, findings)
    version = plan_version(choices.value("version", AUTO_VERSION), seen.versions, seen.image, start.id, findings)
    if findings.problems:
        return None
    return Plan(
        source=seen.image,
        gallery=gallery,
        create_gallery=create_gallery,
        definition=definition,
        create_definition=create_definition,
        version=version.number,
        version_is_auto=version.is_auto,
        adopt_version=version.adopt,
        target_regions=regions,
        end_of_life_date=end_of_life,
        exclude_from_latest=exclude,
        delete_source=delete,
        protect=protect,
        origins=findings.origins,
        notes=findings.notes,
    )
