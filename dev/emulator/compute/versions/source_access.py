"""Whether an image version may be made from its source at all: tenant, permission, encryption. Answered at once."""

from typing import Any

from dev.emulator.compute.versions.source import source_id
from dev.emulator.compute.versions.version_errors import ENCRYPTED_SOURCE_ELSEWHERE
from dev.emulator.front_door.access import action_of, require_action
from dev.emulator.vocabulary.errors import LINKED_TENANT_NOT_AUTHORIZED, ArmError
from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import World
from dev.emulator.world.resources import Resource


def require_source_access(world: World, request: ArmRequest, storage: dict[str, Any]) -> None:
    """Sources that are not emulated (disks, snapshots, blobs) are believed to be accessible."""
    named = source_id(storage)
    if named is None:
        return
    _require_tenant(world, request, named)
    require_action(world, request, action_of("GET", named), named)
    source = world.resources.get(named)
    if source and _is_encrypted(source) and _subscription_of(named) != _subscription_of(request.path):
        raise ArmError(ENCRYPTED_SOURCE_ELSEWHERE, id=named, subscription=request.subscription)


def _require_tenant(world: World, request: ArmRequest, source: str) -> None:
    """A subscription may be seeded with a `tenantId` of its own; callers have tokens of ours only."""
    subscription = world.resources.get(f"/subscriptions/{_subscription_of(source)}")
    if subscription and subscription.other.get("tenantId", TENANT_ID) != TENANT_ID:
        raise ArmError(
            LINKED_TENANT_NOT_AUTHORIZED,
            action=action_of("GET", source),
            scope=request.path,
            tenant=TENANT_ID,
            subscription=subscription.name,
        )


def _is_encrypted(source: Resource) -> bool:
    storage = source.properties.get("storageProfile") or {}
    disks = [storage.get("osDisk") or {}, *(storage.get("dataDisks") or [])]
    return any(disk.get("diskEncryptionSet") for disk in disks)


def _subscription_of(resource_id: str) -> str:
    _, root, subscription, *_ = [*resource_id.lower().split("/"), "", "", ""]
    return subscription if root == "subscriptions" else ""
