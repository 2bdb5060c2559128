"""What of an image its copy carries, and what the copy lacks: told in the plan, and shown before anybody approves."""

from migration.plan.destination.marketplace import plan_in_tags
from migration.plan.plan import Findings, Plan
from migration.plan.sharing import shown_to
from migration.plan.tagging.carried import carried_tags
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.values.azure_rules import ZONE_REDUNDANT
from migration.values.image_version.purchase_plan import same_plan
from migration.values.tags import find_tag


def _edge_zone(image: ManagedImage) -> list[str]:
    return [f"The source is in the edge zone {image.edge_zone}. Its copies are in regions."] if image.edge_zone else []


def note_losses(image: ManagedImage, findings: Findings) -> None:
    findings.notes.extend(_edge_zone(image))


def changes(plan: Plan, image: ManagedImage, version: ImageVersion, key: str) -> list[str]:
    """Say in sentences what of the source its copy does not have, judging by both as they are."""
    found = shown_to(plan.gallery) + _edge_zone(image)
    own = next((region for region in version.target_regions if region.name == image.location), None)
    if image.zone_resilient and own is not None and own.storage_account_type != ZONE_REDUNDANT:
        storage = own.storage_account_type
        found.append(f"The source is zone-resilient. Its copy in {own.name} is stored in one zone ({storage}).")
    hint, has = plan_in_tags(image.tags), plan.definition.purchase_plan
    if hint is not None and not same_plan(hint, has):
        found.append(f"The source's tags name the Marketplace plan {hint}. The image definition has {has or 'none'}.")
    if image.encrypted:
        open_regions = [region.name for region in version.target_regions if region.encryption is None]
        found += [f"The source is encrypted with your own key. Its copy in {name} is not." for name in open_regions]
    return found + _caching(image, version) + _tags(image, version, key)


def _caching(image: ManagedImage, version: ImageVersion) -> list[str]:
    disks = {"os": ("OS disk", image.os_disk_caching)}
    disks |= {str(disk.lun): (f"data disk {disk.lun}", disk.caching) for disk in image.data_disks}
    return [
        f"The {label} was cached as {before}. In the copy it is {version.caching[disk]}."
        for disk, (label, before) in disks.items()
        if before and disk in version.caching and version.caching[disk].lower() != before.lower()
    ]


def _tags(image: ManagedImage, version: ImageVersion, key: str) -> list[str]:
    """Tags of the source that the version has not, or with another value; set after the copy was made, they count."""
    carried, left = carried_tags(image.tags, key)
    missing = [name for name, value in carried.items() if find_tag(version.tags, name) != value]
    return (
        [f"Tags of the source that its copy does not have: {', '.join([*missing, *left])}."] if missing + left else []
    )
