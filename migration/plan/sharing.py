"""Galleries that more people can use than those who have a role there: who, and what such a gallery cannot hold.

The rules are the limitations that Azure's pages on sharing name (share-gallery-direct, share-gallery-community).
"""

from collections.abc import Iterable

from migration.plan.plan import Findings
from migration.resources.gallery import Gallery, ImageDefinition
from migration.resources.image import ManagedImage
from migration.values.image_version.regions import TargetRegion

_COMMUNITY = "community"
_GROUPS = "groups"
_AUDIENCE = {_COMMUNITY: "everybody in Azure", _GROUPS: "the subscriptions or tenants it is shared with"}


def shown_to(gallery: Gallery) -> list[str]:
    """Say who may use the copy besides those who have a role at it."""
    seen_by = _AUDIENCE.get(gallery.sharing.lower())
    return [f"Gallery {gallery.name} is shared: its versions can be used by {seen_by}."] if seen_by else []


def check_sharing(
    gallery: Gallery,
    definition: ImageDefinition,
    image: ManagedImage,
    regions: Iterable[TargetRegion],
    findings: Findings,
) -> None:
    """Hold the migration against what a shared gallery cannot hold, and note who will see the copy."""
    sharing = gallery.sharing.lower()
    if sharing not in _AUDIENCE:
        return
    findings.notes.extend(shown_to(gallery))
    if image.encrypted or any(region.encryption for region in regions):
        _unfit(gallery, "holds no versions that are encrypted with your own keys", findings)
    if sharing == _COMMUNITY and definition.purchase_plan is not None:
        _unfit(gallery, f"holds no images of the Marketplace (plan {definition.purchase_plan})", findings)
    if image.location != gallery.location:
        elsewhere = f"only versions made in its own region {gallery.location}, and the source is in {image.location}"
        if sharing == _GROUPS:
            _unfit(gallery, f"holds {elsewhere}", findings)
        else:
            findings.note(f"gallery {gallery.name} shows to others {elsewhere}")
    elif sharing == _COMMUNITY and image.location != definition.location:
        place = f"the region of their definition, {definition.location}, and the source is in {image.location}"
        findings.note(f"gallery {gallery.name} shows to others only versions made in {place}")


def _unfit(gallery: Gallery, why: str, findings: Findings) -> None:
    message = f"gallery {gallery.name} is shared with {_AUDIENCE[gallery.sharing.lower()]} and {why}: name another one"
    findings.problem("gallery", "SharedGalleryUnfit", message)
