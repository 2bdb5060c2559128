"""Begins migrations: the record admits a run first, and only then the task hub hears of it.

So of many starts at once one is admitted, and it is kept whatever the hub answers: the clock, and whoever asks next,
has it scheduled again as the same run.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from hub.task_hub import TaskHub
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart
from migration.course.starting import is_news
from migration.plan.plan import Plan
from migration.record.admitting import admitted
from migration.record.image_record import Answered, ImageRecord
from migration.record.run import Person, Run, RunStage
from migration.resources.image import ManagedImage
from migration.values.answer import Refusal
from migration.values.ids import earlier_instance_id_for
from records.pauses import Pause, keep_wish, read_pause
from records.runs import keep
from records.store import Held, earlier_answer_of
from steering.runs.changing import change_record
from steering.runs.looking_after import look_after_if_possible, schedule
from telemetry.measuring import count_start
from telemetry.tracing import start_span

PAUSED = "Paused"
BY_SETTING = "the setting MIGRATION_PAUSED"
_LOG = logging.getLogger(__name__)


async def begin(
    hub: TaskHub,
    start: MigrationStart,
    held: Held,
    settings: Settings,
    *,
    image: ManagedImage | None = None,
    before: Run | None = None,
    plan: Plan | None = None,
    also_by: Sequence[Person] = (),
) -> Run | Refusal:
    """Have a run admitted, and started; a refusal where one of the same image lives.

    `image` is given for a wish of its tags: one that has been answered meanwhile starts nothing. `before` is the run
    whose question is asked again, `plan` what has just been planned, `also_by` who has asked beside, and since. A run
    that was ended from outside is closed on the way.
    """
    run = await admit(start, held, settings, image=image, before=before, plan=plan, also_by=also_by)
    if isinstance(run, Refusal) and is_under_way(held):
        await look_after_if_possible(hub, held)
        if not is_under_way(held):
            run = await admit(start, held, settings, image=image, before=before, plan=plan, also_by=also_by)
    if isinstance(run, Run):
        with start_span(start):
            await schedule(hub, held.migration_id, run)
    return run


async def begin_if_news(
    hub: TaskHub, start: MigrationStart, held: Held, image: ManagedImage, settings: Settings
) -> Run | Refusal | None:
    """Begin what the tags of an image ask for; None where that has been answered."""
    if is_news(start, image, await answered_of(held, image.id), settings):
        return await begin(hub, start, held, settings, image=image)
    return None


def is_under_way(held: Held) -> bool:
    """Tell whether a run of the image lives, or is still to tell of its end."""
    return held.run is not None and held.run.stage is not RunStage.ENDED


async def admit(
    start: MigrationStart,
    held: Held,
    settings: Settings,
    *,
    image: ManagedImage | None = None,
    before: Run | None = None,
    plan: Plan | None = None,
    also_by: Sequence[Person] = (),
) -> Run | Refusal:
    """Have a run admitted by the record, unless starts are paused; whoever calls sees to it that it is started."""
    if refusal := await _paused(start, settings):
        return refusal
    run_id = uuid.uuid4().hex
    if held.record is not None and held.run is not None and not is_under_way(held):
        await keep(held.record, held.run)  # its place in the record is about to be taken

    def step(record: ImageRecord | None) -> ImageRecord | Refusal:
        answered = record.answered if record else None
        if image is not None and answered is not None and not is_news(start, image, answered, settings):
            return Refusal(code="Answered", message="what the tags ask for has been answered")
        return admitted(record, start, run_id, datetime.now(UTC), before=before, plan=plan, also_by=also_by)

    result = await change_record(held, step)
    if isinstance(result, Refusal):
        return result
    if result.run is None:
        raise ValueError("a record that has admitted a run names it")
    count_start(start.asked_by)
    _LOG.info("%s %s by %s", start.id, "asked again" if before else "started", start.asked_by)
    return result.run


async def pause_now(settings: Settings) -> Pause:
    """Return how starts stand: the setting pauses them whatever the record says."""
    return Pause(paused=True, by=BY_SETTING) if settings.paused else await read_pause()


async def _paused(start: MigrationStart, settings: Settings) -> Refusal | None:
    """Say that nothing is started now; a wish of tags that is put off is not lost."""
    pause = await pause_now(settings)
    if not pause.paused:
        return None
    if start.asked_by == "tag":
        await keep_wish(start.id, start.source_image_id)
    why = f": {pause.reason}" if pause.reason else ""
    return Refusal(code=PAUSED, message=f"starts are paused by {pause.by}{why}")


async def answered_of(held: Held, source_image_id: str) -> Answered | None:
    """Return what was last answered about an image, if need be by the release before."""
    if held.record is not None:
        return held.answered
    return await earlier_answer_of(earlier_instance_id_for(source_image_id))


async def see_off(held: Held) -> None:
    """Note that an image was seen without the tag: set again, it is a wish of its own."""
    answered = held.answered
    if answered is None or answered.off:
        return

    def off(record: ImageRecord | None) -> ImageRecord | Refusal:
        if record is None or record.answered is None:
            return Refusal(code="NothingAnswered", message="nothing has been answered")
        return record.changed(answered=record.answered.changed(off=True))

    await change_record(held, off)
