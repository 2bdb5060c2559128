"""The very end: see whether the image has been wished something new meanwhile, which no event will say again."""

from activities.admitting import Turn
from arm.resources.images import get_image
from arm.transport.errors import ArmRefusedError
from migration.asking.reading import settings
from migration.course.starting import Requester, is_news, start_by_tags
from migration.course.steps import StepInput
from migration.record.run import Run
from migration.resources.image import ManagedImage
from migration.values.outcome import OutcomeKind
from steering.runs.beginning import admit, see_off
from steering.runs.changing import follow_again

WHOEVER = Requester("whoever changed the tag or the image while an earlier migration ran")


async def look_for_news(turn: Turn[StepInput]) -> None:
    """Events that came while the migration ran were not news to it: what they said is read from the image now.

    The run that follows is admitted here, and the orchestration goes on with it. Nothing comes after this, so that the
    list is brought up to the record as well.
    """
    await follow_again(turn.held)
    run, current = turn.run, settings()
    image = None if _was_asked_for_and_is_gone(run) else await _image(run)
    start = start_by_tags(image, WHOEVER, current) if image else None
    if image is None:
        return
    if start is None:
        await see_off(turn.held)
    elif is_news(start, image, turn.held.answered, current):
        await admit(start, turn.held, current, image=image)


async def _image(run: Run) -> ManagedImage | None:
    try:
        return await get_image(run.start.source_image_id)
    except ArmRefusedError:
        return None


def _was_asked_for_and_is_gone(run: Run) -> bool:
    """No tag asked for it, and the image has just been seen gone: if one comes back tagged, its own event tells."""
    gone = run.outcome is not None and run.outcome.kind is OutcomeKind.MIGRATED
    return gone and run.start.asked_by == "request"
