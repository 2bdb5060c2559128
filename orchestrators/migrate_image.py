"""The migration of one managed image, one phase an execution: each ends in continue-as-new with the state so far.

So the history stays short however long a migration takes, and the instance's input always holds plan and state.
"""

import logging
from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext, TaskFailedError

from migration import names
from migration.audit import AuditEntry
from migration.endings import cancelled, refused, unavailable
from migration.occasion import occasion_of
from migration.outcome import Outcome, Phase
from migration.phase_change import phase_change
from migration.state import MigrationState, Status
from orchestrators import approving, deleting, preparing, replicating
from orchestrators.calling import StepRefusedError, Steps, call, now
from orchestrators.notifying import notify

STEPS = {
    Phase.PLANNING: preparing.plan,
    Phase.PREPARING: preparing.prepare,
    Phase.CREATING: preparing.create,
    Phase.REPLICATING: replicating.replicate,
    Phase.VERIFYING: replicating.verify,
    Phase.AWAITING_APPROVAL: approving.await_approval,
    Phase.PROMOTING: replicating.promote,
    Phase.DELETING_SOURCE: deleting.delete_source,
}
_LOG = logging.getLogger("migration.phases")
COMMITTED = {Phase.PROMOTING, Phase.DELETING_SOURCE}  # approved: too late to cancel


def migrate_image(ctx: OrchestrationContext, payload: Any) -> Steps[Any]:
    """Carry a migration through one phase. `payload` and, at the end, the result are a MigrationState."""
    state = MigrationState.model_validate(payload)
    if not state.audit:
        at = state.created_at or now(ctx)
        asked = AuditEntry(at=at, event="requested", by=state.start.requested_by, via=state.start.asked_by)
        state = state.model_copy(update={"created_at": at}).audited(asked)
    ctx.set_custom_status(Status.of(state).dump())
    phase = state.phase
    cancel = ctx.wait_for_external_event(names.CANCEL_EVENT)
    state = yield from _step(ctx, state, cancel)
    if cancel.is_complete and state.outcome is None and state.phase not in COMMITTED:
        state = cancelled(state, cancel.get_result())
    if state.outcome is None:
        _tell_change(ctx, phase, state)
        ctx.continue_as_new(state.dump(), save_events=True)
        return None
    return (yield from _finish(ctx, state, state.outcome))


def _step(ctx: OrchestrationContext, state: MigrationState, cancel: CancellableTask[Any]) -> Steps[MigrationState]:
    try:
        return (yield from STEPS[state.phase](ctx, state, cancel))
    except StepRefusedError as refusal:
        return refused(state, refusal.code, refusal.message)
    except TaskFailedError as failure:
        # The type's name may arrive in the message only: exceptions lose their type on the way.
        if "ArmUnavailableError" not in f"{failure.details.error_type} {failure.details.message}":
            raise  # a bug: the engine's own Failed status is reserved for it
        return unavailable(state, failure.details.message)


def _finish(ctx: OrchestrationContext, state: MigrationState, outcome: Outcome) -> Steps[Any]:
    """Record the outcome on the resources and tell people; neither can change what the outcome is."""
    try:
        state = state.noted(*(yield from call(ctx, names.RECORD_OUTCOME, state))["notes"])
    except (StepRefusedError, TaskFailedError) as error:
        state = state.noted(f"the outcome could not be recorded: {str(error)[:200]}")
    state = _ended(ctx, state, outcome)
    _tell_change(ctx, outcome.step, state)
    ctx.set_custom_status(Status.of(state).dump())
    state = yield from notify(ctx, state, occasion_of(outcome.kind))
    ctx.set_custom_status(Status.of(state).dump())
    return state.dump()


def _tell_change(ctx: OrchestrationContext, before: Phase, state: MigrationState) -> None:
    if state.phase is not before:
        ctx.create_replay_safe_logger(_LOG).info("%s", phase_change(before, state))


def _ended(ctx: OrchestrationContext, state: MigrationState, outcome: Outcome) -> MigrationState:
    entry = AuditEntry(at=now(ctx), event=f"ended: {outcome.kind}", detail=outcome.reason)
    return state.model_copy(update={"phase": Phase.DONE}).audited(entry)
