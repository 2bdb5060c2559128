"""Tags of any resource, merged through the Tags API: other tags stay, and nothing but tags is written."""

from arm.transport.client import send

_API_VERSION = "2024-07-01"


async def merge_tags(resource_id: str, tags: dict[str, str]) -> None:
    """Set these tags of a resource and leave all others as they are."""
    url = f"{resource_id}/providers/Microsoft.Resources/tags/default?api-version={_API_VERSION}"
    await send("PATCH", url, {"operation": "Merge", "properties": {"tags": tags}})
