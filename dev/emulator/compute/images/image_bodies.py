"""What a client may send for a managed image (ImageStorageProfile and its disks in the API definition)."""

from dev.emulator.compute.any_resource.bodies import (
    Body,
    Caching,
    HyperVGeneration,
    OsState,
    OsType,
    ResourceBody,
    SubResource,
)


class _Disk(Body):
    disk_size_gb: int | None = None
    caching: Caching = "None"
    storage_account_type: str = "Standard_LRS"
    managed_disk: SubResource | None = None
    snapshot: SubResource | None = None
    blob_uri: str | None = None
    disk_encryption_set: SubResource | None = None


class _DataDisk(_Disk):
    lun: int


class _OsDisk(_Disk):
    os_type: OsType
    os_state: OsState = "Generalized"


class _StorageProfile(Body):
    os_disk: _OsDisk | None = None
    data_disks: list[_DataDisk] = []
    zone_resilient: bool | None = None


class ImageProperties(Body):
    """Either a source machine (its disks may then be left out), or the disks one by one."""

    source_virtual_machine: SubResource | None = None
    storage_profile: _StorageProfile | None = None
    hyper_v_generation: HyperVGeneration = "V1"


class ImageBody(ResourceBody):
    """PUT."""

    location: str
    properties: ImageProperties


class ImagePatch(Body):
    """PATCH."""

    tags: dict[str, str] | None = None
