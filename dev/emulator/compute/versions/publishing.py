"""The publishing profile of an image version: its defaults, what is refused, and how it is shown."""

from datetime import datetime
from typing import Any

from dev.emulator.compute.any_resource.rules import FEWEST_REPLICAS_IN_A_REGION, MOST_REPLICAS_IN_A_REGION
from dev.emulator.compute.galleries.gallery_bodies import PublishingProfile, TargetRegion
from dev.emulator.compute.versions.version_errors import (
    DUPLICATE_REGIONS,
    REPLICA_COUNT_OUT_OF_RANGE,
    SOURCE_REGION_NOT_TARGETED,
    ZRS_NOT_SUPPORTED,
)
from dev.emulator.vocabulary import regions
from dev.emulator.vocabulary.errors import LOCATION_NOT_AVAILABLE, ArmError
from dev.emulator.world.clock import arm_timestamp


def created(sent: PublishingProfile, location: str, now: datetime) -> dict[str, Any]:
    """A new version's profile."""
    return _completed({**_wished(sent), "publishedDate": arm_timestamp(now)}, location)


def replaced(known: dict[str, Any], sent: PublishingProfile, location: str) -> dict[str, Any]:
    """PUT on an existing version: what is not sent falls back to its default, but regions and date stay."""
    kept = {key: known[key] for key in ("publishedDate", "targetRegions") if key in known}
    return _completed(kept | _wished(sent), location)


def merged(known: dict[str, Any], sent: PublishingProfile, location: str) -> dict[str, Any]:
    """PATCH: what is not sent stays."""
    return _completed(known | _wished(sent), location)


def copies(profile: dict[str, Any]) -> bool:
    """Shallow replication copies nothing; a mode that was not sent is Full, and is not shown."""
    return bool(profile.get("replicationMode", "Full") == "Full")


def short_names(profile: dict[str, Any]) -> list[str]:
    return [regions.normalized(target["name"]) for target in profile["targetRegions"]]


def _wished(sent: PublishingProfile) -> dict[str, Any]:
    """Without the date, which clients send back as they read it and only the service sets."""
    return {key: value for key, value in sent.json_form().items() if key != "publishedDate"}


def _completed(profile: dict[str, Any], location: str) -> dict[str, Any]:
    profile.setdefault("replicaCount", 1)
    profile.setdefault("excludeFromLatest", False)
    profile.setdefault("storageAccountType", "Standard_LRS")
    _check_replica_count(profile["replicaCount"])
    sent = profile.get("targetRegions") or [{"name": location}]
    profile["targetRegions"] = [_shown_target(target, profile) for target in sent]
    if edge_zones := profile.pop("targetExtendedLocations", None):
        profile["targetExtendedLocations"] = [_shown_edge_zone(zone, profile) for zone in edge_zones]
    names = short_names(profile)
    if len(set(names)) < len(names):
        raise ArmError(DUPLICATE_REGIONS)
    if location not in names:
        display = regions.REGIONS[location].display_name
        raise ArmError(SOURCE_REGION_NOT_TARGETED, regions=",".join(names), location=display)
    return profile


def _shown_target(sent: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    target = TargetRegion.model_validate(sent).json_form()
    region = regions.find(target["name"])
    if region is None:
        raise ArmError(
            LOCATION_NOT_AVAILABLE,
            location=target["name"],
            type="Microsoft.Compute/galleries",
            available=",".join(regions.REGIONS),
        )
    target["name"] = region.display_name
    target.setdefault("regionalReplicaCount", profile["replicaCount"])
    target.setdefault("storageAccountType", profile["storageAccountType"])
    _check_replica_count(target["regionalReplicaCount"])
    if target["storageAccountType"] == "Standard_ZRS" and not region.zone_redundant:
        raise ArmError(ZRS_NOT_SUPPORTED)
    return target


def _shown_edge_zone(sent: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    region = regions.find(str(sent.get("name")))
    defaults = {
        "extendedLocationReplicaCount": profile["replicaCount"],
        "storageAccountType": profile["storageAccountType"],
    }
    return defaults | sent | ({"name": region.display_name} if region else {})


def _check_replica_count(count: int) -> None:
    lowest, highest = FEWEST_REPLICAS_IN_A_REGION, MOST_REPLICAS_IN_A_REGION
    if not lowest <= count <= highest:
        raise ArmError(REPLICA_COUNT_OUT_OF_RANGE, value=count, lowest=lowest, highest=highest)
