"""Who else names a managed image: resources of any type, by Resource Graph. What it finds is shown, and blocks nothing.

Machines, scale sets and image versions are left out: `arm/surveys/consumers.py` lists those itself, and that counts.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from arm.surveys.resource_graph import who_names_images
from arm.transport.errors import ArmError
from migration.promise.evidence import Consumer

LIFETIME = timedelta(minutes=5)
_LISTED = {
    "microsoft.compute/virtualmachines",
    "microsoft.compute/virtualmachinescalesets",
    "microsoft.compute/virtualmachinescalesets/virtualmachines",
    "microsoft.compute/galleries/images/versions",
}


class _Reading(NamedTuple):
    begun_at: datetime
    found: dict[str, list[Consumer]] | None


_last: list[_Reading] = []
_lock = asyncio.Lock()


async def find_mentions(image_id: str) -> list[Consumer] | None:
    """Return who else names the image; None where Resource Graph cannot be asked. One reading serves all images."""
    async with _lock:
        if not _last or abs(datetime.now(UTC) - _last[0].begun_at) > LIFETIME:
            _last[:] = [await _read_mentions(datetime.now(UTC))]
        found = _last[0].found
    if found is None:
        return None
    return [one for one in found.get(image_id.lower(), []) if one.kind.lower() not in _LISTED]


async def _read_mentions(begun_at: datetime) -> _Reading:
    try:
        return _Reading(begun_at, await who_names_images(begun_at - LIFETIME))
    except ArmError:
        return _Reading(begun_at, None)
