"""Step 8: let an approved version become `latest`, where that was asked for."""

from arm.versions import start_version_update
from migration.operation import Operation
from migration.state import MigrationState


async def promote_image_version(state: MigrationState) -> Operation | None:
    """Start the update; None where the version is not excluded from `latest` any more."""
    return await start_version_update(state.version_id, exclude_from_latest=False)
