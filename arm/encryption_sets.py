"""Disk encryption sets: read, never written."""

from arm.client import list_all
from arm.errors import ArmNotFoundError, ArmRefusedError
from migration.resources.encryption_set import EncryptionSet
from migration.values.regions import normalise_region

_API_VERSION = "2025-01-02"


async def find_encryption_sets(subscription: str) -> dict[str, EncryptionSet] | None:
    """Return the sets of a subscription that the app may read, by lower-case id; None where it may not list any."""
    url = f"/subscriptions/{subscription}/providers/Microsoft.Compute/diskEncryptionSets?api-version={_API_VERSION}"
    try:
        found = await list_all(url)
    except (ArmRefusedError, ArmNotFoundError):
        return None
    return {
        item["id"].lower(): EncryptionSet(
            id=item["id"],
            location=normalise_region(item["location"]),
            kind=(item.get("properties") or {}).get("encryptionType") or "",
        )
        for item in found
    }
