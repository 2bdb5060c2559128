"""Image versions as Azure writes them: what a body means, and how a target region is written."""

from datetime import UTC, datetime
from typing import Any

from arm.transport.reading import tags_of, without_half_pairs
from migration.resources.gallery import DeletedVersion, ImageVersion, RegionReplication
from migration.resources.states import ProvisioningState, ReplicationState
from migration.values.image_version.lineage import Lineage, Validation
from migration.values.image_version.regions import RegionEncryption, TargetRegion, normalise_region


def version_from(body: dict[str, Any]) -> ImageVersion:
    properties = body.get("properties") or {}
    publishing = properties.get("publishingProfile") or {}
    storage = properties.get("storageProfile") or {}
    safety = properties.get("safetyProfile") or {}
    status = (properties.get("replicationStatus") or {}).get("summary") or []
    return ImageVersion(
        id=body["id"],
        name=body["name"],
        location=normalise_region(body["location"]),
        provisioning_state=ProvisioningState(properties.get("provisioningState") or "Unknown"),
        source_id=(storage.get("source") or {}).get("id"),
        disk_sources=_disk_sources(storage),
        target_regions=[region_from(region, publishing) for region in publishing.get("targetRegions") or []],
        exclude_from_latest=bool(publishing.get("excludeFromLatest")),
        protected=safety.get("blockDeletionBeforeEndOfLife") is True,
        region_deletion_allowed=safety.get("allowDeletionOfReplicatedLocations") is not False,
        end_of_life_date=moment_from(publishing.get("endOfLifeDate")),
        published_at=moment_from(publishing.get("publishedDate")),
        replication_mode=publishing.get("replicationMode") or "Full",
        replication=[_replication(region) for region in status],
        caching=_caching(storage),
        lineage=_lineage(_as_list(properties, "platformAttributes")),
        validations=_validations(_as_list(properties, "executedValidations")),
        tags=tags_of(body),
    )


def _as_list(properties: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a list of the validations profile. What is odd in it must not keep a version from being understood."""
    profile = properties.get("validationsProfile")
    listed = profile.get(name) if isinstance(profile, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _lineage(attributes: list[dict[str, Any]]) -> Lineage | None:
    """Read the Marketplace image. spec, GalleryRP: the examples name its parts so, as recorded versions do."""
    named = {str(one.get("name")): without_half_pairs(str(one.get("value") or "")) for one in attributes}
    parts = {part: named.get(f"source_image_{part}", "").strip() for part in Lineage.model_fields}
    return Lineage.model_validate(parts) if parts["publisher"] else None


def _validations(executed: list[dict[str, Any]]) -> list[Validation]:
    return [
        Validation(
            type=without_half_pairs(str(one.get("type") or "?")),
            status=without_half_pairs(str(one.get("status") or "Unknown")),
            executed_at=moment_if_any(one.get("executionTime")),
        )
        for one in executed
    ]


def moment_if_any(text: Any) -> datetime | None:
    """Return a time in UTC; one that names no zone is taken for such, and what is none is left out."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def deleted_version_from(body: dict[str, Any]) -> DeletedVersion:
    """Read an entry of the list of deleted versions; its two dates are there from API 2026-03-03 on."""
    properties = body.get("properties") or {}
    return DeletedVersion(
        name=str(body.get("name") or ""),
        usable_until=moment_if_any(properties.get("consumptionEndTime")),
        gone_at=moment_if_any(properties.get("hardDeletionTargetTime")),
    )


def with_source(version: ImageVersion, body: dict[str, Any]) -> ImageVersion:
    """A version that cannot be understood may still need its source: whoever asks for users must see it."""
    try:
        storage = body["properties"]["storageProfile"]
        named = [str(one) for one in [(storage.get("source") or {}).get("id"), *_disk_sources(storage)] if one]
    except (LookupError, TypeError, AttributeError):
        return version
    return version.changed(disk_sources=named, replication_mode="Unknown") if named else version


def _disk_sources(storage: dict[str, Any]) -> list[str]:
    """Return the sources of single disks: an image, a snapshot or a disk may be named there as well."""
    disks = [storage.get("osDiskImage") or {}, *(storage.get("dataDiskImages") or [])]
    named = [(disk.get("source") or {}).get("id") for disk in disks]
    return [str(one) for one in named if one]


def _caching(storage: dict[str, Any]) -> dict[str, str]:
    disks = {"os": storage.get("osDiskImage") or {}}
    disks |= {str(disk.get("lun")): disk for disk in storage.get("dataDiskImages") or []}
    return {name: disk["hostCaching"] for name, disk in disks.items() if disk.get("hostCaching")}


def region_from(region: dict[str, Any], publishing: dict[str, Any]) -> TargetRegion:
    """Read a target region; what it leaves out, the publishing profile says for all regions."""
    return TargetRegion(
        name=region["name"],
        replica_count=region.get("regionalReplicaCount") or publishing.get("replicaCount") or 1,
        storage_account_type=region.get("storageAccountType") or publishing.get("storageAccountType") or "Standard_LRS",
        encryption=_encryption(region.get("encryption") or {}),
    )


def _encryption(body: dict[str, Any]) -> RegionEncryption | None:
    os_disk = (body.get("osDiskImage") or {}).get("diskEncryptionSetId")
    disks = {disk["lun"]: disk.get("diskEncryptionSetId") for disk in body.get("dataDiskImages") or []}
    named = {lun: set_id for lun, set_id in disks.items() if set_id}
    return RegionEncryption(os_disk=os_disk, data_disks=named) if os_disk else None


def _replication(region: dict[str, Any]) -> RegionReplication:
    return RegionReplication(
        name=normalise_region(region["region"]),
        state=ReplicationState(region.get("state") or "Unknown"),
        progress=region.get("progress") or 0,
        details=region.get("details") or None,
    )


def target_body(region: TargetRegion) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": region.name,
        "regionalReplicaCount": region.replica_count,
        "storageAccountType": region.storage_account_type,
    }
    if region.encryption is not None:
        disks = sorted(region.encryption.data_disks.items())
        body["encryption"] = {"osDiskImage": {"diskEncryptionSetId": region.encryption.os_disk}}
        body["encryption"] |= (
            {"dataDiskImages": [{"lun": lun, "diskEncryptionSetId": set_id} for lun, set_id in disks]} if disks else {}
        )
    return body


def moment_from(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
