"""The publishing profile of an image version: its defaults, what is refused, and how it is shown.

Storage, by the API definitions (GalleryRP 2025-12-03): a strategy is known from api-version 2025-03-03 on, where the
default is PreferStandard_ZRS (ZRS where the region has it, else LRS); before, it was the type Standard_LRS. Type and
strategy exclude each other, neither can be changed, and a region may name a type of its own. Unverified: what a profile
shows of its default, how the refusals read, and what an older api-version says of a strategy.
"""

from datetime import datetime
from typing import Any

from dev.emulator.compute.any_resource.rules import FEWEST_REPLICAS_IN_A_REGION, MOST_REPLICAS_IN_A_REGION
from dev.emulator.compute.galleries.gallery_bodies import PublishingProfile, TargetRegion
from dev.emulator.compute.versions.version_errors import (
    DUPLICATE_REGIONS,
    REPLICA_COUNT_OUT_OF_RANGE,
    SOURCE_REGION_NOT_TARGETED,
    STRATEGY_NOT_KNOWN_YET,
    TYPE_BESIDE_STRATEGY,
    ZRS_NOT_SUPPORTED,
)
from dev.emulator.vocabulary import regions
from dev.emulator.vocabulary.errors import LOCATION_NOT_AVAILABLE, PROPERTY_CHANGE_NOT_ALLOWED, ArmError
from dev.emulator.vocabulary.regions import Region
from dev.emulator.world.clock import arm_timestamp

_STRATEGY_SINCE = "2025-03-03"
_TYPE, _STRATEGY = "storageAccountType", "storageAccountStrategy"
_PREFERS_ZONES = "PreferStandard_ZRS"
_PROFILE = "galleryImageVersion.properties.publishingProfile"


def created(sent: PublishingProfile, location: str, now: datetime, api_version: str) -> dict[str, Any]:
    """A new version's profile."""
    wished = _wished(sent)
    return _completed(wished | _chosen_storage(wished, api_version) | {"publishedDate": arm_timestamp(now)}, location)


def replaced(known: dict[str, Any], sent: PublishingProfile, location: str, api_version: str) -> dict[str, Any]:
    """PUT on an existing version: what is not sent falls back to its default, but regions, storage and date stay."""
    wished = _wished(sent)
    kept = {key: known[key] for key in ("publishedDate", "targetRegions") if key in known}
    return _completed(kept | _kept_storage(known, wished, api_version) | wished, location)


def merged(known: dict[str, Any], sent: PublishingProfile, location: str, api_version: str) -> dict[str, Any]:
    """PATCH: what is not sent stays."""
    wished = _wished(sent)
    return _completed(known | _kept_storage(known, wished, api_version) | wished, location)


def copies(profile: dict[str, Any]) -> bool:
    """Shallow replication copies nothing; a mode that was not sent is Full, and is not shown."""
    return bool(profile.get("replicationMode", "Full") == "Full")


def short_names(profile: dict[str, Any]) -> list[str]:
    return [regions.normalized(target["name"]) for target in profile["targetRegions"]]


def _wished(sent: PublishingProfile) -> dict[str, Any]:
    """Without the date, which clients send back as they read it and only the service sets."""
    return {key: value for key, value in sent.json_form().items() if key != "publishedDate"}


def _chosen_storage(sent: dict[str, Any], api_version: str) -> dict[str, Any]:
    """Type or strategy of a new version, its default included."""
    _check_storage(sent, api_version)
    default = {_STRATEGY: _PREFERS_ZONES} if api_version >= _STRATEGY_SINCE else {_TYPE: "Standard_LRS"}
    return {name: sent[name] for name in (_TYPE, _STRATEGY) if name in sent} or default


def _kept_storage(known: dict[str, Any], sent: dict[str, Any], api_version: str) -> dict[str, Any]:
    """Type or strategy of a version that is changed: what it was made with."""
    _check_storage(sent, api_version)
    for name in (_TYPE, _STRATEGY):
        if name in sent and sent[name] != known.get(name):
            raise ArmError(PROPERTY_CHANGE_NOT_ALLOWED, property=f"{_PROFILE}.{name}")
    return {name: known[name] for name in (_TYPE, _STRATEGY) if name in known}


def _check_storage(sent: dict[str, Any], api_version: str) -> None:
    if _STRATEGY in sent and api_version < _STRATEGY_SINCE:
        raise ArmError(STRATEGY_NOT_KNOWN_YET, version=api_version)
    if _STRATEGY in sent and _TYPE in sent:
        raise ArmError(TYPE_BESIDE_STRATEGY)


def _type_in(profile: dict[str, Any], region: Region | None) -> str:
    """How a place that names no type is stored."""
    if _TYPE in profile:
        return str(profile[_TYPE])
    prefers = profile.get(_STRATEGY) == _PREFERS_ZONES
    return "Standard_ZRS" if prefers and region is not None and region.zone_redundant else "Standard_LRS"


def _completed(profile: dict[str, Any], location: str) -> dict[str, Any]:
    profile.setdefault("replicaCount", 1)
    profile.setdefault("excludeFromLatest", False)
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
    target.setdefault("storageAccountType", _type_in(profile, region))
    _check_replica_count(target["regionalReplicaCount"])
    if target["storageAccountType"] == "Standard_ZRS" and not region.zone_redundant:
        raise ArmError(ZRS_NOT_SUPPORTED)
    return target


def _shown_edge_zone(sent: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    region = regions.find(str(sent.get("name")))
    defaults = {
        "extendedLocationReplicaCount": profile["replicaCount"],
        "storageAccountType": _type_in(profile, None),
    }
    return defaults | sent | ({"name": region.display_name} if region else {})


def _check_replica_count(count: int) -> None:
    lowest, highest = FEWEST_REPLICAS_IN_A_REGION, MOST_REPLICAS_IN_A_REGION
    if not lowest <= count <= highest:
        raise ArmError(REPLICA_COUNT_OUT_OF_RANGE, value=count, lowest=lowest, highest=highest)
