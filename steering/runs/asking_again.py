"""Has the question asked anew: a new question of a run that lives, else a new run that names the one before."""

from datetime import UTC, datetime

from hub.task_hub import TaskHub
from migration import names
from migration.asking.settings import Settings
from migration.asking.start import Patience
from migration.course.endings import can_ask_again
from migration.course.starting import Requester
from migration.record.asking import NOTHING_TO_ASK, asked_anew
from migration.record.run import Person, Run, RunStage
from migration.values.answer import Refusal
from migration.values.outcome import OutcomeKind
from notifying.addresses import refuse_wrong_addresses
from records.store import Held
from steering.runs.beginning import PAUSED, begin
from steering.runs.changing import change_run
from steering.runs.looking_after import look_after, wake


async def ask_again(hub: TaskHub, held: Held, run: Run, requester: Requester, settings: Settings) -> Run | Refusal:
    """Ask anew in somebody's name, who becomes a requester; returns the run that asks, or why that cannot be.

    What ended without a version that could be asked about is started again as it was asked for.
    """
    if run.is_live and not await look_after(hub, held):
        run = held.run or run
        if run.is_live:
            return Refusal(code="Stopped", message="it was stopped from outside, or is just being started")
    if run.is_live:
        seen = run.question.id if run.question else None
        who = Person(name=requester.name, ids=list(requester.ids))
        result = await change_run(held, run.id, lambda now: asked_anew(now, seen, who, datetime.now(UTC)))
        if isinstance(result, Refusal):
            return result
        await wake(hub, held.migration_id, names.APPROVAL_EVENT)
        return result.run or NOTHING_TO_ASK
    if run.outcome is None or run.outcome.kind is OutcomeKind.MIGRATED or run.start.request is None:
        return NOTHING_TO_ASK
    refuse_wrong_addresses(settings)
    start = run.start.changed(
        asked_by="request",
        requested_by=requester.name,
        requester_ids=list(requester.ids),
        patience=Patience.of(settings),
    )
    before = run if can_ask_again(run) else run.changed(image_version_id=None)
    begun = await begin(hub, start, held, settings, before=before)
    if isinstance(begun, Refusal) and begun.code != PAUSED and held.run and held.run.stage is not RunStage.ENDED:
        return Refusal(code="UnderWay", message="somebody has started a migration of this image a moment ago")
    return begun
