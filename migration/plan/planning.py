"""Turns a request and what Azure says into a plan, or into every problem found. Decides; reads nothing itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from migration.asking.delete_lock import lock_on_image
from migration.asking.options.soak import NO_SOAK
from migration.asking.people import requester_is_known
from migration.asking.request import AUTO_VERSION, DeleteSource
from migration.asking.settings import Settings, nobody_told
from migration.asking.start import MigrationStart
from migration.plan.carrying import note_losses
from migration.plan.choosing import Choices
from migration.plan.destination.definitions import plan_definition
from migration.plan.destination.failed_versions import what_keeps
from migration.plan.destination.home import check_home, check_places, note_retired_disk
from migration.plan.destination.latest import older_than_latest
from migration.plan.destination.numbering import PlannedVersion, plan_version
from migration.plan.encryption import chosen_sets, plan_encryption
from migration.plan.galleries import kept_deleted
from migration.plan.plan import Findings, Plan
from migration.plan.regions import as_they_are, check_regions, plan_regions, region_notes
from migration.plan.rights import check_gallery_locks, check_source_locks
from migration.plan.sharing import check_sharing
from migration.plan.tagging.carried import new_tags, note_lifetimes, note_not_written
from migration.plan.tagging.lifetimes import lifetimes_around
from migration.resources.copy_identity import CopyIdentity
from migration.resources.encryption_set import EncryptionSet
from migration.resources.gallery import DeletedVersion, Gallery, ImageDefinition, ImageVersion
from migration.resources.image import ManagedImage, image_problems, unsized_disks
from migration.resources.location import SubscriptionLocations
from migration.resources.lock import Lock
from migration.values.image_version.purchase_plan import PurchasePlan
from migration.values.words.spans import in_words


@dataclass(frozen=True)
class Observed:
    """What was read from Azure for a plan: the gallery (and whether to create it), all it holds, and what is around it.

    `versions` are those of the definition the migration goes into, `copies` those that the record knows. What is around
    is read only before a version has been written: the regions each subscription offers, the plan of the source's
    machine (`machine_unread`: it may not be read), the disk encryption sets by lower-case id, the deleted
    versions that the gallery keeps, and locks (None: they may not be read). `galleries_api` is the api-version in which
    galleries are written; None: one that knows all that can be asked for.
    """

    image: ManagedImage
    gallery: tuple[Gallery, bool] | None
    definitions: list[ImageDefinition]
    versions: list[ImageVersion]
    copies: Sequence[CopyIdentity] = ()
    offers: list[SubscriptionLocations] = field(default_factory=list)
    machine_plan: PurchasePlan | None = None
    machine_unread: bool = False
    encryption_sets: dict[str, EncryptionSet | None] = field(default_factory=dict)
    deleted_versions: list[DeletedVersion] | None = field(default_factory=list)
    source_locks: list[Lock] | None = field(default_factory=list)
    gallery_locks: list[Lock] | None = field(default_factory=list)
    galleries_api: str | None = None


def deletion_notes(image: ManagedImage, settings: Settings, start: MigrationStart) -> list[str]:
    """Say early what will keep the source in the end, however well it is copied."""
    reasons = {
        "Azure does not say when the image was made: it cannot be told from one made again": image.created_at is None,
        "MIGRATION_FOUR_EYES: it is not known who asked; somebody who is signed in must ask again": (
            settings.four_eyes and not requester_is_known(start.requester_ids)
        ),
    }
    return [f"as things stand the source will be kept: {reason}" for reason, holds in reasons.items() if holds]


def _check_image(seen: Observed, settings: Settings, findings: Findings) -> None:
    image = seen.image
    findings.add(image_problems(image, settings.max_data_disk_gb))
    note_losses(image, findings)
    note_retired_disk(image, findings)
    if unsized := unsized_disks(image):
        findings.note(f"not checked: the size of {', '.join(unsized)}, which Azure does not tell")
    if seen.machine_unread:
        findings.note(
            f"not checked: whether {image.machine_id}, which the image was captured from, has a purchase plan"
        )


def _plan_end_of_life(choices: Choices, now: datetime, findings: Findings) -> tuple[datetime | None, bool]:
    """Return the end of life, and whether the version is protected until then."""
    end_of_life: datetime | None = choices.value("end_of_life_date")
    if end_of_life is not None and end_of_life <= now:
        findings.problem("endOfLifeDate", "InThePast", f"the end of life {end_of_life.date()} is in the past")
    protect = bool(choices.value("protect"))
    if protect and end_of_life is None:
        message = "a version can be protected until its end of life only, and none is given (eol)"
        findings.problem("protect", "NoEndOfLife", message)
    return end_of_life, protect


def _plan_deletion(
    choices: Choices, settings: Settings, seen: Observed, start: MigrationStart, findings: Findings
) -> DeleteSource:
    """Return whether the source may go, and note what will keep it as things stand."""
    image = seen.image
    delete = choices.delete_source(lock_on_image(image.id, image.tags, settings.tag))
    deletes = delete is not DeleteSource.NEVER
    if deletes:
        findings.notes.extend(deletion_notes(image, settings, start))
    check_source_locks(seen.source_locks, image.id, findings, deletes=deletes)
    return delete


def _plan_soak(choices: Choices, delete: DeleteSource, findings: Findings) -> timedelta:
    """Return how long the version is in use before it is asked about the delete: nothing where none is asked about."""
    soak: timedelta = choices.value("soak")
    if not soak:
        return NO_SOAK
    if delete is DeleteSource.NEVER:
        findings.note("there is no soak: the source is kept, and nobody is asked about it")
        return NO_SOAK
    findings.note(
        f"the version is promoted once it is accepted; whether the source may be deleted is asked after a soak of"
        f" {in_words(soak)}"
    )
    return soak


def _used_again(planned: PlannedVersion, versions: list[ImageVersion]) -> ImageVersion | None:
    """Return the version that is adopted."""
    return next((one for one in versions if planned.adopt and one.name == planned.number), None)


def make_plan(
    choices: Choices, settings: Settings, seen: Observed, start: MigrationStart, now: datetime, findings: Findings
) -> Plan | None:
    """Make the plan; returns None when `findings` holds problems, which then are all there are."""
    image = seen.image
    _check_image(seen, settings, findings)
    regions = plan_regions(choices.value("target_regions"), image, settings, seen.offers, findings)
    check_regions(regions, seen.offers, findings)
    check_home(image, regions, now, findings)
    end_of_life, protect = _plan_end_of_life(choices, now, findings)
    exclude: bool = choices.value("exclude_from_latest")
    delete = _plan_deletion(choices, settings, seen, start, findings)
    soak = _plan_soak(choices, delete, findings)
    findings.notes.extend(nobody_told(settings))
    tags = new_tags(choices, image, settings, findings)
    if seen.gallery is None:
        return None
    gallery, create_gallery = seen.gallery
    definition, create_definition = plan_definition(
        choices, image, gallery, seen.definitions, findings, seen.machine_plan, seen.galleries_api
    )
    check_places(gallery, definition, image.location, now, findings)
    version = plan_version(
        choices.value("version", AUTO_VERSION),
        seen.versions,
        image,
        start.id,
        findings,
        deleted=seen.deleted_versions,
        copies=seen.copies,
        keeps=partial(what_keeps, gallery=gallery, locks=seen.gallery_locks, now=now),
    )
    check_gallery_locks(seen.gallery_locks, f"{definition.id}/versions/{version.number}", findings)
    sets = chosen_sets(choices, image, gallery)
    regions = plan_encryption(regions, sets, seen.encryption_sets, image, gallery, findings)
    used = _used_again(version, seen.versions)
    regions = as_they_are(regions, used, findings)
    findings.notes.extend(region_notes(regions, image))
    note_lifetimes(tags, used, image, findings)
    gallery = gallery.changed(tags=tags.around) if create_gallery else gallery
    definition = definition.changed(tags=tags.around) if create_definition else definition
    findings.notes.extend(lifetimes_around(gallery, definition))
    note_not_written(choices, definition, findings, creates=create_definition)
    home = used.location if used else image.location
    findings.note(kept_deleted(gallery, {gallery.location, definition.location, home}, now))
    check_sharing(gallery, definition, image, regions, findings)
    if findings.problems:
        return None
    plan = Plan(
        source=image,
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
        version_tags=tags.version,
        soak=soak,
        origins=findings.origins,
        notes=findings.notes,
    )
    return _judged_by_age(plan, seen)


def _judged_by_age(plan: Plan, seen: Observed) -> Plan:
    """Say where the version stays out of `latest` for its age, as things stand: it is judged again when it is done."""
    older = older_than_latest(seen.versions, plan.version, seen.image.created_at) if plan.is_judged_by_age else None
    if older is None:
        return plan
    note = f"the version stays excluded from latest: {older.message}; exclude-from-latest=false makes it eligible"
    return plan.changed(stays_excluded=older.message, notes=[*plan.notes, note])
