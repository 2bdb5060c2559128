"""Changes a record, and has everything follow that is told of it: its row in the list, its kept runs, its log line."""

import logging
from collections.abc import Callable

from migration.course.phase_change import phase_change
from migration.record.image_record import NO_RECORD, ImageRecord
from migration.record.run import Run, RunStage
from migration.telling.status import Status
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from records.errors import RecordsUnavailableError
from records.index import note
from records.runs import keep
from records.store import Held, change

_LOG = logging.getLogger("migration.phases")

type RecordStep = Callable[[ImageRecord | None], ImageRecord | Refusal]
type RunStep = Callable[[Run], Run | Refusal]
type OfRun = Callable[[ImageRecord, Run], ImageRecord | Refusal]


async def change_record(held: Held, step: RecordStep) -> ImageRecord | Refusal:
    """Apply a step by compare-and-swap; what cannot follow now is made good by the clock."""
    seen: list[ImageRecord | None] = []

    def watched(record: ImageRecord | None) -> ImageRecord | Refusal:
        seen[:] = [record]
        return step(record)

    result = await change(held, watched)
    before = seen[0] if seen else None
    if isinstance(result, ImageRecord) and result.run is not None and result != before:
        await _follow(result, result.run, before.run if before else None)
    return result


async def change_run(held: Held, run_id: str, step: RunStep) -> ImageRecord | Refusal:
    """Apply a step to the run of this id, as long as it is the one that was admitted last."""
    return await change_of_run(held, run_id, lambda record, run: record.with_run(step(run)))


async def change_of_run(held: Held, run_id: str, step: OfRun) -> ImageRecord | Refusal:
    """Apply a step to the record, as long as the run of this id is the one that was admitted last."""

    def of_run(record: ImageRecord | None) -> ImageRecord | Refusal:
        if record is None:
            return NO_RECORD
        run = record.run_of(run_id)
        return run if isinstance(run, Refusal) else step(record, run)

    return await change_record(held, of_run)


async def follow_again(held: Held) -> None:
    """Write anew what is told of a run: whoever changed its record last may have died before that followed."""
    if held.record is not None and held.run is not None:
        await _written(held.record, held.run, is_news=True)


async def _written(record: ImageRecord, run: Run, *, is_news: bool) -> None:
    """Keep an ended run before it is listed as such: where a row says that it lives, the clock does both anew."""
    try:
        if run.stage is RunStage.ENDED:
            await keep(record, run)
        if is_news:
            await note(record, run)
    except RecordsUnavailableError as error:
        _LOG.warning("%s: the list is behind its record: %s", record.migration_id, error)


async def _follow(record: ImageRecord, run: Run, before: Run | None) -> None:
    same = before if before is not None and before.id == run.id else None
    if run.phase is not (same.phase if same else Phase.PLANNING):
        _LOG.info("%s", phase_change(same.phase if same else Phase.PLANNING, run))
    await _written(record, run, is_news=same is None or Status.of(record, run) != Status.of(record, same))
