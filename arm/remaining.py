"""What a failed or cancelled migration left in the gallery: looked at, since what it may have made need not exist."""

from arm.errors import ArmNotFoundError, ArmRefusedError
from arm.galleries import get_definition, get_gallery
from arm.versions import get_version, list_versions
from migration.asking.tags import find_tag
from migration.plan.destination.numbering import made_by
from migration.record.run import Run
from migration.resources.provenance import MIGRATION_TAG, OUTCOME_TAG
from migration.values.outcome import FOLLOWS, OutcomeKind


async def find_remaining(run: Run) -> list[str] | None:
    """Return the ids of what this migration made and did not remove; None where nobody can tell, or it is no matter."""
    if run.plan is None or run.outcome is None or not FOLLOWS[run.outcome.kind].leaves:
        return None
    try:
        return [*await _gallery(run), *await _definition(run), *await _version(run)]
    except (ArmNotFoundError, ArmRefusedError):
        return None


async def _gallery(run: Run) -> list[str]:
    made = run.planned.create_gallery and await get_gallery(run.planned.gallery.id)
    return [made.id] if made else []


async def _definition(run: Run) -> list[str]:
    """A definition of ours, unless it holds anything that somebody may want."""
    found = await get_definition(run.planned.definition.id)
    if found is None or find_tag(found.tags, MIGRATION_TAG) != run.start.id:
        return []
    wanted = [
        version
        for version in await list_versions(found.id)
        if not made_by(version, run.start.id) or find_tag(version.tags, OUTCOME_TAG) == OutcomeKind.MIGRATED
    ]
    return [] if wanted else [found.id]


async def _version(run: Run) -> list[str]:
    found = await get_version(run.image_version_id or run.planned.image_version_id)
    stays = found is not None and made_by(found, run.start.id) and found.provisioning_state != "Deleting"
    return [found.id] if found is not None and stays else []
