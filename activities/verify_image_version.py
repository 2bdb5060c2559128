"""Step 5: the version holds what the plan promised, in every region."""

from arm.versions import find_version
from migration.course.state import MigrationState
from migration.promise.promise import copy_refusal
from migration.values.answer import Refusal


async def verify_image_version(state: MigrationState) -> Refusal | None:
    """Refuse a version that is not complete everywhere, or that holds no copy of its own."""
    version = await find_version(state.version_id)
    return copy_refusal(version, state.planned)
