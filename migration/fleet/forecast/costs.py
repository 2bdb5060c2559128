"""How much a version keeps in each region, and what that costs a month at most: its disks at full size, each replica.

What is billed is what is used on the disks, which Azure does not tell of an image; it is no more than their size.
"""

from collections.abc import Iterable

from migration.asking.options.prices import Price, price_of
from migration.resources.image import ManagedImage
from migration.values.image_version.regions import TargetRegion


def size_gb(image: ManagedImage) -> int | None:
    """Return the size of all disks; None where Azure leaves one out."""
    sizes = [image.os_disk_size_gb, *(disk.size_gb for disk in image.data_disks)]
    return sum(size for size in sizes if size is not None) if None not in sizes else None


def gigabytes(image: ManagedImage, regions: Iterable[TargetRegion]) -> dict[str, int] | None:
    """Return what all replicas of a region have together, at most; None where the size is not known."""
    size = size_gb(image)
    return None if size is None else {one.name: size * one.replica_count for one in regions}


def monthly_cost(image: ManagedImage, regions: Iterable[TargetRegion], prices: list[Price]) -> float | None:
    """Return what it costs a month at most, in the currency of the prices; None where a size or price is not known."""
    size = size_gb(image)
    told = [(one.replica_count, price_of(prices, one.name, one.storage_account_type)) for one in regions]
    if size is None or any(price is None for _, price in told):
        return None
    return round(sum(size * count * price for count, price in told if price is not None), 2)
