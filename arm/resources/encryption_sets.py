"""Disk encryption sets: read, never written."""

from typing import Any

from arm.transport.client import compute
from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from arm.transport.reading import read_all
from migration.resources.encryption_set import EncryptionSet
from migration.values.image_version.regions import normalise_region


async def find_encryption_sets(subscription: str) -> dict[str, EncryptionSet] | None:
    """Return the sets of a subscription that the app may read, by lower-case id; None where it may not list any."""
    try:
        found = await read_all(compute(subscription).disk_encryption_sets.list)
    except (ArmRefusedError, ArmNotFoundError):
        return None
    return {item["id"].lower(): _set(item) for item in found}


def _set(body: dict[str, Any]) -> EncryptionSet:
    kind = (body.get("properties") or {}).get("encryptionType") or ""
    return EncryptionSet(id=body["id"], location=normalise_region(body.get("location") or ""), kind=kind)
