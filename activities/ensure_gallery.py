"""Step 2: the gallery exists, or is created where that is allowed."""

from activities.admitting import Turn
from arm.resources.galleries import get_gallery, start_gallery
from arm.surveys.absence import is_gone
from migration.course.steps import StepInput
from migration.resources.provenance import MIGRATION_TAG, creation_tags
from migration.resources.states import ProvisioningState
from migration.values.answer import Later, Refusal, unseen
from migration.values.tags import find_tag


async def ensure_gallery(turn: Turn[StepInput]) -> Later | Refusal | None:
    """Look first; create what the plan says is missing; ask to be called again until it is there."""
    plan = turn.run.planned
    found = await get_gallery(plan.gallery.id)
    if found is not None and found.provisioning_state == ProvisioningState.SUCCEEDED:
        return None
    if found is not None and found.provisioning_state != ProvisioningState.FAILED:
        return Later(seconds=2, reason=f"gallery {found.name} is {found.provisioning_state}")
    if found is not None and find_tag(found.tags, MIGRATION_TAG) != turn.run.start.id:
        message = f"gallery {found.name} is in the state Failed, and was not made by this migration: it is left alone"
        return Refusal(code="GalleryFailed", message=message)
    if found is None and not plan.create_gallery:
        message = f"gallery {plan.gallery.id} no longer exists"
        return Refusal(code="GalleryNotFound", message=message, absent=plan.gallery.id)
    if found is None and not await is_gone(plan.gallery.id):
        return unseen(plan.gallery.id)
    await start_gallery(plan.gallery, plan.gallery.tags | creation_tags(plan.source, turn.run.start.id))
    return Later(seconds=1, reason=f"gallery {plan.gallery.name} is being created")
