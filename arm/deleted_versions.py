"""Image versions that were deleted and that their gallery keeps for some days (soft delete): their numbers.

No document names the right to read them, and a role with a wrong name cannot be deployed: ours has none. Reader has it.
"""

from arm.client import compute
from arm.errors import ArmNotFoundError, ArmRefusedError
from arm.reading import read_all
from migration.values.ids import IMAGE_DEFINITION, ResourceId


async def list_deleted_versions(definition_id: str) -> list[str] | None:
    """Return the numbers of the deleted versions of an image definition; None where they may not be read."""
    definition = ResourceId.parse(definition_id, IMAGE_DEFINITION)
    gallery, name = definition.names
    listing = compute(definition.subscription).soft_deleted_resource.list_by_artifact_name
    try:
        found = await read_all(listing, definition.resource_group, gallery, "Images", name)
    except (ArmRefusedError, ArmNotFoundError):
        return None
    return [str(item.get("name") or "") for item in found]
