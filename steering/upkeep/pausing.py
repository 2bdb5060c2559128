"""The one switch that stops starts of every kind. What is under way, questions, cancels and the clock go on."""

import logging
from datetime import UTC, datetime

from arm.resources.images import get_image
from arm.surveys.absence import get_unless_gone
from arm.transport.errors import ArmError, ArmThrottledError
from hub.task_hub import TaskHub
from migration.asking.settings import Settings
from migration.course.starting import WHOEVER, start_by_tags
from migration.record.run import Run
from migration.values.answer import Refusal
from migration.values.shortening import LONGEST_NAME, LONGEST_TEXT, short
from records.errors import RecordUnreadableError
from records.pauses import Pause, forget_wish, kept_wishes, write_pause
from records.store import hold
from steering.runs.beginning import BY_SETTING, PAUSED, begin_if_news, pause_now

_LOG = logging.getLogger(__name__)


async def set_pause(hub: TaskHub, settings: Settings, *, paused: bool, reason: str, by: str) -> Pause | Refusal:
    """Switch; wishes that were put off are started at once when starts go on."""
    if settings.paused and not paused:
        return Refusal(
            code="PausedBySetting", message=f"{BY_SETTING} is true, and only a change of it lets starts go on"
        )
    pause = Pause(paused=paused, reason=short(reason, LONGEST_TEXT), by=short(by, LONGEST_NAME), at=datetime.now(UTC))
    await write_pause(pause)
    if not paused:
        await start_kept(hub, settings)
    return await pause_now(settings)


async def start_kept(hub: TaskHub, settings: Settings) -> None:
    """Start the wishes that were put off, once starts are not paused any more; what cannot be seen now is kept."""
    if (await pause_now(settings)).paused:
        return
    for migration_id, source_image_id in (await kept_wishes()).items():
        try:
            result = await _start_kept_wish(hub, migration_id, source_image_id, settings)
        except ArmThrottledError:
            return
        except (ArmError, RecordUnreadableError, ValueError) as error:
            _LOG.warning("%s: its wish is kept for later: %s", migration_id, type(error).__name__)
            continue
        if isinstance(result, Refusal) and result.code == PAUSED:
            return  # paused again meanwhile
        await forget_wish(migration_id)


async def _start_kept_wish(
    hub: TaskHub, migration_id: str, source_image_id: str, settings: Settings
) -> Run | Refusal | None:
    """Start what the tags of an image ask for by now, where that is news: as its event would have done."""
    image = await get_unless_gone(get_image, source_image_id)
    start = start_by_tags(image, WHOEVER, settings) if image else None
    if image is None or start is None:
        return None
    return await begin_if_news(hub, start, await hold(migration_id), image, settings)
