"""The disk encryption sets that an image version names: all there, in the region they serve, for every region or none.

The rule is that of the troubleshooting page for galleries; how the refusals read is on no record.
"""

from collections.abc import Iterator
from typing import Any

from dev.emulator.compute.any_resource.errors import (
    ENCRYPTED_IN_SOME_REGIONS,
    ENCRYPTION_SET_IN_ANOTHER_REGION,
    ENCRYPTION_SET_IN_ANOTHER_SUBSCRIPTION,
    ENCRYPTION_SET_NOT_FOUND,
)
from dev.emulator.vocabulary import regions
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.world import World

_TYPE = "microsoft.compute/diskencryptionsets"
Target = dict[str, Any]


def require_usable_sets(world: World, request: ArmRequest, profile: dict[str, Any]) -> None:
    targets: list[Target] = profile["targetRegions"]
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
