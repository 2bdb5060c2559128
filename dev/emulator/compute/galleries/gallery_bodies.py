"""What a client may send for galleries, image definitions and image versions."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from dev.emulator.compute.any_resource.bodies import (
    Body,
    Caching,
    HyperVGeneration,
    OsState,
    OsType,
    ResourceBody,
    one_of,
)
from dev.emulator.compute.galleries.sharing import SharingProfile

StorageAccountType = Annotated[str, one_of("Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS")]
StorageAccountStrategy = Annotated[str, one_of("PreferStandard_ZRS", "DefaultStandard_LRS")]
Architecture = Annotated[str, one_of("x64", "Arm64")]
ReplicationMode = Annotated[str, one_of("Full", "Shallow")]
Moment = Annotated[datetime, AfterValidator(lambda moment: moment if moment.tzinfo else moment.replace(tzinfo=UTC))]
Text = Annotated[str, Field(min_length=1)]


class _GalleryProperties(Body):
    soft_delete_policy: Body | None = None
    sharing_profile: SharingProfile | None = None


class GalleryBody(ResourceBody):
    """PUT and PATCH of a gallery."""

    location: str | None = None
    properties: _GalleryProperties = _GalleryProperties()


class _Identifier(Body):
    publisher: Text
    offer: Text
    sku: Text


class _Feature(Body):
    name: str | None = None
    value: str | None = None


def _kept(definition: dict[str, Any]) -> dict[str, Any]:
    """What the service keeps: not what is empty (`disallowed: {}`), nor the leave to change more than usual."""
    return {name: value for name, value in definition.items() if name != "allowUpdateImage" and value not in ({}, [])}


class DefinitionProperties(Body):
    """PUT: everything a definition must say, and what it may."""

    os_type: OsType
    os_state: OsState
    identifier: _Identifier
    hyper_v_generation: HyperVGeneration | None = None
    architecture: Architecture | None = None
    features: list[_Feature] | None = None
    purchase_plan: Body | None = None
    end_of_life_date: Moment | None = None

    def json_form(self) -> dict[str, Any]:
        return _kept(super().json_form())


class DefinitionBody(ResourceBody):
    """PUT of an image definition."""

    location: str
    properties: DefinitionProperties


class _DefinitionChanges(Body):
    os_type: OsType | None = None
    os_state: OsState | None = None
    hyper_v_generation: HyperVGeneration | None = None
    architecture: Architecture | None = None
    features: list[_Feature] | None = None
    end_of_life_date: Moment | None = None

    def json_form(self) -> dict[str, Any]:
        return _kept(super().json_form())


class DefinitionPatch(Body):
    """PATCH of an image definition."""

    tags: dict[str, str] | None = None
    properties: _DefinitionChanges = _DefinitionChanges()


class _EncryptedDisk(Body):
    disk_encryption_set_id: str | None = None


class _EncryptedOsDisk(_EncryptedDisk):
    security_profile: Body = Body()


class _EncryptedDataDisk(_EncryptedDisk):
    lun: int


class Encryption(Body):
    """Which disk encryption set the copies in one region are encrypted with, disk by disk."""

    os_disk_image: _EncryptedOsDisk | None = None
    data_disk_images: list[_EncryptedDataDisk] | None = None


class TargetRegion(Body):
    """Where to copy to; a missing count or storage type is the publishing profile's."""

    name: str
    regional_replica_count: int | None = None
    storage_account_type: StorageAccountType | None = None
    exclude_from_latest: bool | None = None
    encryption: Encryption | None = None


class TargetEdgeZone(Body):
    """An extended location beside the regions; what is missing is the publishing profile's too."""

    name: str | None = None
    extended_location_replica_count: int | None = None
    storage_account_type: str | None = None


class PublishingProfile(Body):
    """All optional: what is missing has a default on create and is kept on PATCH."""

    target_regions: list[TargetRegion] | None = None
    target_extended_locations: list[TargetEdgeZone] | None = None
    replica_count: int | None = None
    exclude_from_latest: bool | None = None
    end_of_life_date: Moment | None = None
    storage_account_type: StorageAccountType | None = None
    storage_account_strategy: StorageAccountStrategy | None = None
    replication_mode: ReplicationMode | None = None


class _Source(Body):
    id: str | None = None
    virtual_machine_id: str | None = None
    community_gallery_image_id: str | None = None
    uri: str | None = None
    storage_account_id: str | None = None


class _DiskImage(Body):
    host_caching: Caching | None = None
    source: _Source | None = None


class _DataDiskImage(_DiskImage):
    lun: int


class VersionStorageProfile(Body):
    """One source for all disks, or a disk image (disk, snapshot, blob) each."""

    source: _Source | None = None
    os_disk_image: _DiskImage | None = None
    data_disk_images: list[_DataDiskImage] | None = None


class _SafetyProfile(Body):
    allow_deletion_of_replicated_locations: bool | None = None
    block_deletion_before_end_of_life: bool | None = None


class VersionProperties(Body):
    """PUT and PATCH take the same properties; only a create needs a source."""

    publishing_profile: PublishingProfile = PublishingProfile()
    storage_profile: VersionStorageProfile = VersionStorageProfile()
    safety_profile: _SafetyProfile = _SafetyProfile()
    security_profile: Body | None = None

    def security_form(self) -> dict[str, Any]:
        """The security profile (UEFI settings) as an entry of the properties, if one was sent."""
        return {"securityProfile": self.security_profile.json_form()} if self.security_profile else {}


class VersionBody(ResourceBody):
    """PUT of an image version."""

    location: str
    properties: VersionProperties = VersionProperties()


class VersionPatch(Body):
    """PATCH of an image version."""

    tags: dict[str, str] | None = None
    properties: VersionProperties = VersionProperties()
