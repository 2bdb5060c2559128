"""Which gallery a migration goes into: the one asked for, one of that name, or one that is created."""

from datetime import datetime, timedelta

from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.plan.plan import Findings, Plan
from migration.plan.tagging.lifetimes import lifetime_guards, lifetimes_around
from migration.resources.gallery import Gallery, ImageVersion
from migration.resources.image import ManagedImage
from migration.values.ids import GALLERY, ResourceId
from migration.values.problems import Problem
from migration.values.words.capitals import capitalised

_ANOTHER = "repair it, or name another gallery"


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
    if candidates and candidates[0].unreadable:
        findings.problem("gallery", "GalleryUnreadable", candidates[0].unreadable)
        return None
    if candidates:
        _check_state(candidates[0], settings, findings)
        return candidates[0], False
    if not settings.create_gallery:
        place = "" if reference.startswith("/") else f" in subscription {image.resource_id.subscription}"
        message = f"gallery '{reference}' does not exist{place}, and MIGRATION_CREATE_GALLERY is off"
        absent = reference if reference.startswith("/") else None  # one of a name was looked for in a list
        findings.add([Problem(field="gallery", code="NotFound", message=message, absent=absent)])
        return None
    source = image.resource_id
    created = (
        ResourceId.parse(reference, GALLERY)
        if reference.startswith("/")
        else ResourceId(source.subscription, source.resource_group, GALLERY, (reference,))
    )
    findings.note(f"gallery {created.name} is created in {image.location} by this migration")
    return Gallery(id=str(created), name=created.name, location=image.location), True


def _check_state(gallery: Gallery, settings: Settings, findings: Findings) -> None:
    """A gallery that is going is no place for a copy; a failed one is made anew only where galleries may be created."""
    state = gallery.provisioning_state
    if state == "Deleting" or (state == "Failed" and not settings.create_gallery):
        findings.problem("gallery", "GalleryNotReady", f"gallery {gallery.name} is in state {state}: {_ANOTHER}")


def kept_deleted(gallery: Gallery, places: set[str], now: datetime) -> str:
    """Say what becomes of a version that somebody deletes: it will be the only copy.

    `places` are the regions of gallery and definition, and the version's home: soft delete needs one (azure_rules).
    """
    apart = f"gallery, definition and version are in different places ({', '.join(sorted(places))})"
    if gallery.soft_delete_days is None:
        off = f"gallery {gallery.name} does not keep deleted versions: soft delete is off"
        return f"{off}, and cannot be switched on where {apart}" if len(places) > 1 else off
    days, grace = timedelta(gallery.soft_delete_days), timedelta(gallery.soft_delete_grace_days or 0)
    kept = (
        f"gallery {gallery.name} keeps deleted versions for {days.days} days (soft delete): one deleted today"
        f" can be used until {now + days:%Y-%m-%d}, by its exact number and never as latest, and restored until"
        f" {now + days + grace:%Y-%m-%d}"
    )
    return f"{kept}. Whether it keeps this one is not known: {apart}" if len(places) > 1 else kept


def guards(plan: Plan, version: ImageVersion | None, now: datetime) -> list[str]:
    """Say what keeps the version from getting lost, which may be the only copy then, and what may cost it its life."""
    home = version.location if version else plan.source.location
    kept = kept_deleted(plan.gallery, {plan.gallery.location, plan.definition.location, home}, now)
    protected = ["Once approved, it cannot be deleted before its end of life."] if plan.protect else []
    around = [_sentence(one) for one in lifetimes_around(plan.gallery, plan.definition)]
    return [*protected, _sentence(kept), *lifetime_guards(version.tags if version else {}), *around]


def _sentence(text: str) -> str:
    return f"{capitalised(text)}."
