"""Where an image version may be copied to, and what it may be encrypted with there.

A region must be open to the gallery's subscription. Disk encryption sets are there, in the region they serve, for every
region or none: the rule is that of the troubleshooting page for galleries, how the refusals read is on no record.
"""

from collections.abc import Iterator
from typing import Any

from dev.emulator.compute.versions.version_errors import (
    ENCRYPTED_IN_SOME_REGIONS,
    ENCRYPTION_SET_IN_ANOTHER_REGION,
    ENCRYPTION_SET_IN_ANOTHER_SUBSCRIPTION,
    ENCRYPTION_SET_NOT_FOUND,
)
from dev.emulator.vocabulary import regions
from dev.emulator.vocabulary.errors import LOCATION_NOT_AVAILABLE, ArmError
from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.world import World

_TYPE = "microsoft.compute/diskencryptionsets"
Target = dict[str, Any]


def require_usable_targets(world: World, request: ArmRequest, profile: dict[str, Any]) -> None:
    """Of a publishing profile in the form that is shown."""
    targets: list[Target] = profile["targetRegions"]
    for target in targets:
        _require_open(world, request, target["name"])
    _require_sets(world, request, targets)


def _require_open(world: World, request: ArmRequest, region: str) -> None:
    """Whatever the subscription of the source may use."""
    if world.settings.is_closed(regions.normalized(region), request.subscription):
        available = ",".join(regions.REGIONS)
        raise ArmError(LOCATION_NOT_AVAILABLE, location=region, type="Microsoft.Compute/galleries", available=available)


def _require_sets(world: World, request: ArmRequest, targets: list[Target]) -> None:
    encrypted = [target for target in targets if any(_sets_of(target))]
    if encrypted and len(encrypted) < len(targets):
        raise ArmError(ENCRYPTED_IN_SOME_REGIONS)
    for target in encrypted:
        for named in _sets_of(target):
            _require_usable(world, request, named, regions.normalized(target["name"]))


def _require_usable(world: World, request: ArmRequest, named: str, region: str) -> None:
    if not f"{named.lower()}/".startswith(f"/subscriptions/{request.subscription}/".lower()):
        raise ArmError(ENCRYPTION_SET_IN_ANOTHER_SUBSCRIPTION, id=named, subscription=request.subscription)
    found = world.resources.get(named)
    if found is None or found.type.lower() != _TYPE:
        raise ArmError(ENCRYPTION_SET_NOT_FOUND, id=named)
    if found.location != region:
        raise ArmError(ENCRYPTION_SET_IN_ANOTHER_REGION, id=named, location=found.location, region=region)


def _sets_of(target: Target) -> Iterator[str]:
    """Of the OS disk and of every data disk; platform-managed encryption names none."""
    encryption = target.get("encryption") or {}
    for disk in (encryption.get("osDiskImage") or {}, *(encryption.get("dataDiskImages") or [])):
        if named := disk.get("diskEncryptionSetId"):
            yield named
