"""What we know of a managed image, and which images cannot become an image version."""

from datetime import datetime

from migration.values.problems import Problem
from migration.values.record import Record

LARGEST_DATA_DISK_GB = 1024  # "data disks can be at most 1 TB", Azure Compute Gallery: create an image version


class DataDisk(Record):
    """A data disk of an image. Azure leaves the size out for some sources."""

    lun: int
    size_gb: int | None = None


class ManagedImage(Record):
    """A managed image as read from Azure.

    `generation` is V1 where Azure leaves it out (API versions before 2019-03-01). `content` is a digest of what it was
    made from, and when: a deleted and re-created image of the same name has another one. `shape` is the same without
    when, for where Azure does not say it (Resource Graph).
    """

    id: str
    name: str
    location: str
    os_type: str
    os_state: str
    generation: str
    provisioning_state: str
    content: str
    shape: str = ""
    os_disk_size_gb: int | None = None
    data_disks: list[DataDisk] = []
    encrypted: bool = False
    created_at: datetime | None = None
    tags: dict[str, str] = {}


def image_problems(image: ManagedImage) -> list[Problem]:
    """Return everything that keeps this image from becoming an image version."""
    checks = [
        (
            image.os_state != "Generalized",
            "SourceNotGeneralized",
            f"the image's OS state is {image.os_state}; only generalized images can be migrated",
        ),
        (
            image.encrypted,
            "SourceEncrypted",
            "the image is encrypted with a disk encryption set, which each target region would need its own of",
        ),
        (
            image.provisioning_state != "Succeeded",
            "SourceNotReady",
            f"the image's provisioning state is {image.provisioning_state}, not Succeeded",
        ),
    ]
    found = [Problem(field="sourceImageId", code=code, message=text) for wrong, code, text in checks if wrong]
    return found + [
        Problem(
            field="sourceImageId",
            code="DataDiskTooLarge",
            message=f"data disk {disk.lun} has {disk.size_gb} GB; at most {LARGEST_DATA_DISK_GB} GB can be migrated",
        )
        for disk in image.data_disks
        if (disk.size_gb or 0) > LARGEST_DATA_DISK_GB
    ]
