"""Has people told what the record owes them, by an orchestration of their own: no migration waits for it."""

from activities.admitting import Turn
from hub.task_hub import TaskHub
from migration.asking.reading import settings
from migration.asking.settings import SettingsInvalidError
from migration.course.steps import StepInput
from steering.runs.looking_after import have_told


async def send_notifications(turn: Turn[StepInput], hub: TaskHub) -> None:
    """Start it, or wake the one that is at work; what a digest tells is told by the clock."""
    if not _is_told_by_digest():
        await have_told(hub, turn.held)


def _is_told_by_digest() -> bool:
    """Nobody knows under wrong settings; what is started then waits for right ones."""
    try:
        return bool(settings().notify_digest)
    except SettingsInvalidError:
        return False
