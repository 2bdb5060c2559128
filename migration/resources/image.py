"""What we know of a managed image, and which images cannot become an image version."""

from datetime import datetime

from migration.resources.states import ProvisioningState
from migration.values.azure_rules import LARGEST_DATA_DISK_GB, LARGEST_OS_DISK_GB
from migration.values.ids import MANAGED_IMAGE, ResourceId
from migration.values.outcome import SourceSeen
from migration.values.problems import Problem
from migration.values.value import Stored


class DataDisk(Stored):
    """A data disk of an image. Azure leaves the size out for some sources."""

    lun: int
    size_gb: int | None = None
    caching: str | None = None
    encryption_set: str | None = None


class ManagedImage(Stored):
    """A managed image as read from Azure.

    `generation` is V1 where Azure leaves it out (API versions before 2019-03-01). `content` is a digest of what it was
    made from, and when: a deleted and re-created image of the same name has another one. `shape` is the same without
    when, for where Azure does not say it (Resource Graph). `machine_id` is the machine it was captured from,
    `encryption_set` the set that encrypts the OS disk, `os_disk_storage` its kind (`Standard_LRS` is Standard HDD).
    """

    id: str
    name: str
    location: str
    os_type: str
    os_state: str
    generation: str
    provisioning_state: ProvisioningState
    content: str
    shape: str = ""
    os_disk_size_gb: int | None = None
    os_disk_caching: str | None = None
    os_disk_storage: str | None = None
    data_disks: list[DataDisk] = []
    encrypted: bool = False
    encryption_set: str | None = None
    zone_resilient: bool = False
    edge_zone: str | None = None
    machine_id: str | None = None
    created_at: datetime | None = None
    tags: dict[str, str] = {}
    unreadable: str | None = None

    @property
    def resource_id(self) -> ResourceId:
        return ResourceId.parse(self.id, MANAGED_IMAGE)


def seen_as(image: ManagedImage | None, content: str | None) -> SourceSeen:
    """Tell whether the image that bears a name now is the one with this content; one that is being deleted may go."""
    if image is None:
        return SourceSeen.GONE
    if (content and image.created_at is None) or image.unreadable:  # its content would read as another's
        return SourceSeen.UNKNOWN
    if content and image.content != content:
        return SourceSeen.GONE
    return SourceSeen.UNKNOWN if image.provisioning_state == ProvisioningState.DELETING else SourceSeen.THERE


def image_problems(image: ManagedImage, most_data_disk_gb: int) -> list[Problem]:
    """Return everything that keeps this image from becoming an image version."""
    checks = [
        (
            image.os_state.lower() != "generalized",
            "SourceNotGeneralized",
            f"the image's OS state is {image.os_state}; only generalized images can be migrated",
        ),
        (
            image.provisioning_state != ProvisioningState.SUCCEEDED,
            "SourceNotReady",
            f"the image's provisioning state is {image.provisioning_state}, not Succeeded",
        ),
    ]
    checks += _sizes(image, most_data_disk_gb)
    return [
        Problem(field="sourceImageId", code=code, message=text, passes=code == "SourceNotReady" and _passes(image))
        for wrong, code, text in checks
        if wrong
    ]


def _passes(image: ManagedImage) -> bool:
    """Tell whether an image that is not ready may become so."""
    return image.provisioning_state not in {ProvisioningState.FAILED, ProvisioningState.DELETING}


def unsized_disks(image: ManagedImage) -> list[str]:
    """Return the disks whose size Azure leaves out."""
    disks = {"the OS disk": image.os_disk_size_gb} | {
        f"data disk {disk.lun}": disk.size_gb for disk in image.data_disks
    }
    return [label for label, size in disks.items() if size is None]


def _sizes(image: ManagedImage, most_data_disk_gb: int) -> list[tuple[bool, str, str]]:
    """Azure leaves sizes out for some sources; then only replication shows them."""
    raised = f"MIGRATION_MAX_DATA_DISK_GB allows {most_data_disk_gb} GB, Azure {LARGEST_DATA_DISK_GB} GB"
    size = image.os_disk_size_gb or 0
    return [
        (
            size > LARGEST_OS_DISK_GB,
            "OsDiskTooLarge",
            f"the OS disk has {size} GB; Azure allows {LARGEST_OS_DISK_GB} GB",
        ),
        *(
            (
                (disk.size_gb or 0) > most_data_disk_gb,
                "DataDiskTooLarge",
                f"data disk {disk.lun} has {disk.size_gb} GB; {raised}",
            )
            for disk in image.data_disks
        ),
    ]
