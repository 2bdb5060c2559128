"""What Azure retires, or has retired, of what a version lives on: each with its day and where it is said."""

from datetime import date
from typing import NamedTuple


class Retirement(NamedTuple):
    """`on` is the day from which nothing is to be put there, `gone_on` that of the deletion of what is left, if told.

    `source` is where that was read, with its own date.
    """

    on: date
    source: str
    gone_on: date | None = None


_CHINA = Retirement(
    date(2026, 7, 1),
    "MicrosoftDocs/azure-compute-docs, compute-gallery-migrate-china-regions.md, 2026-09-09",
    gone_on=date(2026, 9, 30),
)

# By the short name of the region.
REGIONS = {
    "chinanorth": _CHINA,
    "chinaeast": _CHINA,
    "usgoviowa": Retirement(date(2020, 4, 30), "zdnet.com on Microsoft's announcement of 2019-04-30"),
}

# Disks of machines; that it concerns images of such disks is inferred: their machines get such a disk by default.
HDD = "Standard_LRS"
HDD_AS_OS_DISK = Retirement(
    date(2028, 9, 8), "MicrosoftDocs/azure-compute-docs, disks-hdd-os-retirement.md, 2026-09-16"
)
