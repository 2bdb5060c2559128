"""Asking a human and waiting for the answer; what is malformed, stale or early never counts."""

from datetime import timedelta
from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext, when_any

from migration import names
from migration.approval import ApprovalInvalidError, parse_approval
from migration.endings import decided, expired
from migration.state import MigrationState
from orchestrators.calling import Steps, call, now


def await_approval(
    ctx: OrchestrationContext, state: MigrationState, cancel: CancellableTask[Any]
) -> Steps[MigrationState]:
    """Steps 6 and 7: ask, then wait for one event; the phase goes on until an answer counts or time is up."""
    if state.asked_at is None:
        yield from _discard_early_answers(ctx)
        return (yield from _ask(ctx, state.model_copy(update={"asked_at": now(ctx)})))
    patience = state.start.patience
    expires = state.asked_at + patience.expiry
    reminder = state.asked_at + patience.reminder * (state.reminded + 1)
    answer = ctx.wait_for_external_event(names.APPROVAL_EVENT)
    timer = ctx.create_timer(min(expires, reminder) - now(ctx))
    yield when_any([answer, cancel, timer])
    timer.cancel()
    if answer.is_complete:
        return _decide(ctx, state, answer.get_result())
    if cancel.is_complete:
        return state
    if now(ctx) >= expires:
        return expired(state)
    return (yield from _ask(ctx, state.model_copy(update={"reminded": state.reminded + 1})))


def _ask(ctx: OrchestrationContext, state: MigrationState) -> Steps[MigrationState]:
    asked = yield from call(ctx, names.REQUEST_APPROVAL, state)
    return state.model_copy(update={"notes": [*state.notes, *asked["notes"]]})


def _discard_early_answers(ctx: OrchestrationContext) -> Steps[None]:
    """Drop answers that came before the question: nobody can have tested a version that was not complete.

    The timer lets everything in that was carried over from the execution before, or came together with its end.
    """
    yield ctx.create_timer(timedelta(0))
    while (early := ctx.wait_for_external_event(names.APPROVAL_EVENT)).is_complete:
        pass
    early.cancel()


def _decide(ctx: OrchestrationContext, state: MigrationState, payload: Any) -> MigrationState:
    try:
        approval = parse_approval(payload, state.image_version_id)
    except ApprovalInvalidError as error:
        return state.model_copy(update={"notes": [*state.notes, f"an answer was ignored: {str(error)[:200]}"]})
    return decided(state, approval, now(ctx))
