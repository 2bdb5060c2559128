"""Has people told what the record owes them, by an orchestration of their own: no migration waits for it."""

from activities.admitting import StepInput, Turn
from hub.task_hub import TaskHub
from migration.record.admitting import finished
from steering.runs.looking_after import have_told


async def send_notifications(turn: Turn[StepInput], hub: TaskHub) -> None:
    """Start it, or tell the one that is at work; a run that ends is over then, and others may be admitted."""
    await turn.move(finished)
    await have_told(hub, turn.held)
