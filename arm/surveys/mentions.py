"""Who else names a managed image: resources of any type, by Resource Graph. What it finds is shown, and blocks nothing.

Machines, scale sets and image versions are left out: `arm/surveys/consumers.py` lists those itself, and that counts.
"""

from datetime import UTC, datetime, timedelta

from arm.surveys.resource_graph import who_names_images
from arm.transport.errors import ArmError
from arm.transport.recent import Recent
from migration.promise.evidence import Consumer

LIFETIME = timedelta(minutes=5)
_LISTED = {
    "microsoft.compute/virtualmachines",
    "microsoft.compute/virtualmachinescalesets",
    "microsoft.compute/virtualmachinescalesets/virtualmachines",
    "microsoft.compute/galleries/images/versions",
}


_readings: Recent[dict[str, list[Consumer]] | None] = Recent(1)


async def find_mentions(image_id: str) -> list[Consumer] | None:
    """Return who else names the image; None where Resource Graph cannot be asked. One reading serves all images."""
    found = await _readings.get("", datetime.now(UTC) - LIFETIME, _who_names_any)
    if found is None:
        return None
    return [one for one in found.get(image_id.lower(), []) if one.kind.lower() not in _LISTED]


async def _who_names_any(begun_at: datetime) -> dict[str, list[Consumer]] | None:
    try:
        return await who_names_images(begun_at - LIFETIME)
    except ArmError:
        return None
