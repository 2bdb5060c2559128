"""The migration of one managed image, one phase an execution: each ends in continue-as-new with the state so far.

So the history stays short however long a migration takes, and the instance's input always holds plan and state.
"""

import logging
from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext, TaskFailedError

from migration import names
from migration.asking.start import MigrationStart
from migration.course.audit import AuditEntry
from migration.course.endings import foreign, looked_at, refused, unavailable
from migration.course.phase_change import phase_change
from migration.course.state import Ending, MigrationState, Status
from migration.values.ids import instance_id_for
from migration.values.occasion import occasion_of
from migration.values.outcome import Outcome, Phase
from orchestrators import approving, deleting, preparing, replicating
from orchestrators.approving import look_for_cancel
from orchestrators.calling import StepRefusedError, Steps, call, now
from orchestrators.notifying import notify

STEPS = {
    Phase.PLANNING: preparing.plan,
    Phase.PREPARING: preparing.prepare,
    Phase.CREATING: preparing.create,
    Phase.REPLICATING: replicating.replicate,
    Phase.VERIFYING: approving.verify,
    Phase.AWAITING_APPROVAL: approving.await_approval,
    Phase.PROMOTING: replicating.promote,
    Phase.DELETING_SOURCE: deleting.delete_source,
}
_LOG = logging.getLogger("migration.phases")
# By name, and in the message too: exceptions lose their type on the way.
CURABLE = ("ArmUnavailableError", "RecordsUnavailableError", "RecordUnreadableError")


def migrate_image(ctx: OrchestrationContext, payload: Any) -> Steps[Any]:
    """Carry a migration through one phase. `payload` is a MigrationState, the result at the end an Ending.

    Anyone with the system key can write a payload: it says how to go on, and is no authority for anything.
    """
    begun = state = _taken_up(ctx, MigrationState.model_validate(payload))
    ctx.set_custom_status(Status.of(state).dump())
    if ctx.instance_id != instance_id_for(state.start.source_image_id) or state.phase not in STEPS:
        return Ending.of(foreign(state), begun).dump()
    cancel = ctx.wait_for_external_event(names.CANCEL_EVENT)
    state = yield from _step(ctx, state, cancel)
    if cancel.is_complete and state.outcome is None:
        state = yield from _unless_failed(look_for_cancel(ctx, state, cancel.get_result()), state)
    if state.outcome is None:
        if state.phase is not begun.phase:
            _tell_change(ctx, begun.phase, state)
            state = yield from _unless_failed(_note_progress(ctx, state), state)
        ctx.continue_as_new(state.dump(), save_events=True)
        return None
    state = yield from _finish(ctx, state, state.outcome)
    news = yield from _unless_failed(_news(ctx, state), None)
    if news is not None:
        ctx.continue_as_new(MigrationState(start=news).dump(), save_events=False)
        return None
    return Ending.of(state, begun).dump()


def _news(ctx: OrchestrationContext, state: MigrationState) -> Steps[MigrationStart | None]:
    """Return what the image has been wished while this migration ran, which no event will say again."""
    answer = yield from call(ctx, names.LOOK_FOR_NEWS, state)
    return MigrationStart.model_validate(answer["start"]) if answer["start"] else None


def _taken_up(ctx: OrchestrationContext, state: MigrationState) -> MigrationState:
    """Return the state to go on with: an outcome is what an execution ends with, and none begins with one."""
    state = state.model_copy(update={"outcome": None, "start": state.start.model_copy(update={"id": ctx.instance_id})})
    if state.audit:
        return state
    at = state.created_at or now(ctx)
    asked = AuditEntry(at=at, event="requested", by=state.start.requested_by, via=state.start.asked_by)
    return state.model_copy(update={"created_at": at}).audited(asked)


def _step(ctx: OrchestrationContext, state: MigrationState, cancel: CancellableTask[Any]) -> Steps[MigrationState]:
    try:
        return (yield from STEPS[state.phase](ctx, state, cancel))
    except StepRefusedError as refusal:
        return refused(state, refusal.code, refusal.message)
    except TaskFailedError as failure:
        if not any(name in f"{failure.details.error_type} {failure.details.message}" for name in CURABLE):
            raise  # a bug: the engine's own Failed status is reserved for it
        return unavailable(state, failure.details.message)


def _unless_failed[Result](steps: Steps[Result], otherwise: Result) -> Steps[Result]:
    """Take a step that the migration can do without."""
    try:
        return (yield from steps)
    except (StepRefusedError, TaskFailedError):
        return otherwise


def _note_progress(ctx: OrchestrationContext, state: MigrationState) -> Steps[MigrationState]:
    yield from call(ctx, names.NOTE_PROGRESS, state)
    return state


def _finish(ctx: OrchestrationContext, state: MigrationState, outcome: Outcome) -> Steps[MigrationState]:
    """Record the outcome on the resources and tell people; neither can change what the outcome is."""
    try:
        recorded = yield from call(ctx, names.RECORD_OUTCOME, state)
        state = looked_at(state, recorded.get("leftBehind")).noted(*recorded["notes"])
    except (StepRefusedError, TaskFailedError) as error:
        state = state.noted(f"the outcome could not be recorded: {str(error)[:200]}")
    state = _ended(ctx, state, outcome)
    _tell_change(ctx, outcome.step, state)
    ctx.set_custom_status(Status.of(state).dump())
    state = yield from _unless_failed(_note_progress(ctx, state), state)
    state = yield from notify(ctx, state, occasion_of(outcome.kind))
    ctx.set_custom_status(Status.of(state).dump())
    return state


def _tell_change(ctx: OrchestrationContext, before: Phase, state: MigrationState) -> None:
    if state.phase is not before:
        ctx.create_replay_safe_logger(_LOG).info("%s", phase_change(before, state))


def _ended(ctx: OrchestrationContext, state: MigrationState, outcome: Outcome) -> MigrationState:
    entry = AuditEntry(at=now(ctx), event=f"ended: {outcome.kind}", detail=outcome.reason)
    return state.model_copy(update={"phase": Phase.DONE}).audited(entry)
