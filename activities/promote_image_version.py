"""Step 8: let an approved version become `latest`, where that was asked for."""

from arm.versions import start_version_update
from migration.answer import Refusal
from migration.operation import Operation
from migration.seal import seal_refusal
from migration.settings import settings
from migration.state import MigrationState


async def promote_image_version(state: MigrationState) -> Operation | Refusal | None:
    """Start the update; None where the version is not excluded from `latest` any more."""
    return seal_refusal(state, settings()) or await start_version_update(state.version_id, exclude_from_latest=False)
