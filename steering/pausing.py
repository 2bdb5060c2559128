"""The one switch that stops starts of every kind. What is under way, questions, cancels and the clock go on."""

from datetime import UTC, datetime

from migration.asking.settings import settings
from migration.values.answer import Refusal
from migration.values.shortening import LONGEST_NAME, LONGEST_TEXT, short
from records.pauses import Pause, forget_wishes, has_kept_wish, write_pause
from steering.beginning import BY_SETTING, pause_now
from steering.sweeping import sweep
from steering.task_hub import TaskHub


async def set_pause(hub: TaskHub, *, paused: bool, reason: str, by: str) -> Pause | Refusal:
    """Switch; wishes that were put off are started at once when starts go on."""
    if settings().paused and not paused:
        return Refusal(
            code="PausedBySetting", message=f"{BY_SETTING} is true, and only a change of it lets starts go on"
        )
    pause = Pause(paused=paused, reason=short(reason, LONGEST_TEXT), by=short(by, LONGEST_NAME), at=datetime.now(UTC))
    await write_pause(pause)
    if not paused:
        await start_kept(hub)
    return await pause_now()


async def start_kept(hub: TaskHub) -> None:
    """Start what was put off, by a sweep, once starts are not paused any more."""
    if not (await pause_now()).paused and await has_kept_wish():
        await forget_wishes()
        await sweep(hub)
