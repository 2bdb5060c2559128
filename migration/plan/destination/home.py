"""The home region of a version, which it shares with its source: the version and all its replicas end with it."""

from collections.abc import Iterable
from datetime import date, datetime

from migration.plan.plan import Findings
from migration.resources.gallery import Gallery, ImageDefinition
from migration.resources.image import ManagedImage
from migration.values.image_version.regions import TargetRegion
from migration.values.image_version.retirement import HDD, HDD_AS_OS_DISK, REGIONS


def check_home(image: ManagedImage, regions: Iterable[TargetRegion], now: datetime, findings: Findings) -> None:
    """Say what the version hangs on, and hold its regions against those that are retired, or will be.

    "A replica can't outlive the image version in its home region": "Migrate Azure Compute Gallery resources from China
    North and China East", 2026-09-09.
    """
    home = image.location
    findings.note(f"home region {home}: the version and all its replicas live and die with it")
    _check_retired(home, "sourceImageId", "make the image anew in another region", now.date(), findings)
    for region in regions:
        if region.name != home:
            _check_retired(region.name, "targetRegions", "leave it out", now.date(), findings)


def check_places(gallery: Gallery, definition: ImageDefinition, home: str, now: datetime, findings: Findings) -> None:
    """Hold against those regions, too, where gallery and definition are: what is left there goes, and all in it."""
    places = {gallery.location: "gallery", definition.location: "imageDefinition"} | {gallery.location: "gallery"}
    for region, field in places.items():
        if region != home:
            _check_retired(region, field, "name another one, in another region", now.date(), findings)


def _check_retired(region: str, field: str, instead: str, today: date, findings: Findings) -> None:
    retirement = REGIONS.get(region)
    if retirement is None:
        return
    gone = f", and what is left there is deleted on {retirement.gone_on}" if retirement.gone_on else ""
    message = f"Azure retires region {region} on {retirement.on}{gone}"
    if retirement.on <= today:
        findings.problem(field, "RegionRetired", f"{message}: {instead}")
    else:
        findings.note(message)


def note_retired_disk(image: ManagedImage, findings: Findings) -> None:
    """Say where machines made as the image says would have an OS disk of a kind that ends."""
    if (image.os_disk_storage or "").lower() == HDD.lower():
        findings.note(f"the OS disk is Standard HDD ({HDD}), which Azure retires for OS disks on {HDD_AS_OS_DISK.on}")
