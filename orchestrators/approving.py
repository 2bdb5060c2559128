"""Asking a human and waiting for the answer; what is malformed, stale, early or not admitted never counts."""

from datetime import timedelta
from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext, when_any

from migration import names
from migration.admission import Admission
from migration.approval import Approval, ApprovalInvalidError, parse_approval
from migration.audit import ANSWER_REFUSED, AuditEntry
from migration.endings import decided, expired
from migration.occasion import Occasion
from migration.seal import plan_digest
from migration.state import MigrationState, OwedNotice, Status
from orchestrators.calling import StepRefusedError, Steps, call, now
from orchestrators.notifying import notify_once, send_owed


def await_approval(
    ctx: OrchestrationContext, state: MigrationState, cancel: CancellableTask[Any]
) -> Steps[MigrationState]:
    """Steps 6 and 7: ask, then wait for one event; the phase goes on until an answer counts or time is up."""
    if state.asked_at is None:
        yield from _discard_early_answers(ctx)
        return _owe(ctx, state.model_copy(update={"asked_at": now(ctx)}), Occasion.APPROVAL_NEEDED)
    if state.owed is not None and state.owed.due_at <= now(ctx):
        return (yield from send_owed(ctx, state, state.owed))
    answer = ctx.wait_for_external_event(names.APPROVAL_EVENT)
    timer = ctx.create_timer(_until_next(ctx, state))
    yield when_any([answer, cancel, timer])
    timer.cancel()
    if answer.is_complete:
        return (yield from _decide(ctx, state, answer.get_result()))
    return state if cancel.is_complete else _remind(ctx, state)


def _waited(ctx: OrchestrationContext, state: MigrationState) -> timedelta:
    return now(ctx) - (state.asked_at or now(ctx))


def _until_next(ctx: OrchestrationContext, state: MigrationState) -> timedelta:
    """Return the time until a reminder, the escalation, the expiry or a notification to try again."""
    patience, waited = state.start.patience, _waited(ctx, state)
    moments = [patience.expiry, patience.reminder * (state.reminded + 1)]
    if not state.escalated:
        moments.append(patience.escalation)
    pauses = [moment - waited for moment in moments]
    if state.owed is not None:
        pauses.append(state.owed.due_at - now(ctx))
    return max(min(pauses), timedelta(0))


def _remind(ctx: OrchestrationContext, state: MigrationState) -> MigrationState:
    patience, waited = state.start.patience, _waited(ctx, state)
    if waited >= patience.expiry:
        return expired(state)
    if waited >= patience.escalation and not state.escalated:
        return _owe(ctx, state.model_copy(update={"escalated": True}), Occasion.ESCALATION)
    if waited >= patience.reminder * (state.reminded + 1):
        return _owe(ctx, state.model_copy(update={"reminded": state.reminded + 1}), Occasion.REMINDER)
    return state


def _owe(ctx: OrchestrationContext, state: MigrationState, occasion: Occasion) -> MigrationState:
    """Have the next execution notify: the question is open, and links work, before anyone gets one."""
    entry = AuditEntry(at=now(ctx), event=f"asked ({occasion})", image_version_id=state.image_version_id)
    return state.audited(entry).model_copy(update={"owed": OwedNotice(occasion=occasion, due_at=now(ctx))})


def _discard_early_answers(ctx: OrchestrationContext) -> Steps[None]:
    """Drop answers that came before the question: nobody can have tested a version that was not complete.

    The timer lets everything in that was carried over from the execution before, or came together with its end.
    """
    yield ctx.create_timer(timedelta(0))
    while (early := ctx.wait_for_external_event(names.APPROVAL_EVENT)).is_complete:
        pass
    early.cancel()


def _decide(ctx: OrchestrationContext, state: MigrationState, payload: Any) -> Steps[MigrationState]:
    try:
        event = parse_approval(payload, state.image_version_id)
    except ApprovalInvalidError as error:
        return _refuse(ctx, state, str(error))
    admission = Admission(
        migration_id=state.start.id,
        round=state.round,
        requester_ids=state.start.requester_ids,
        event=event,
        plan=plan_digest(state.planned),
    )
    try:
        approval = Approval.model_validate((yield from call(ctx, names.ADMIT_APPROVAL, admission)))
    except StepRefusedError as refusal:
        return _refuse(ctx, state, refusal.message)
    state = decided(state, approval, now(ctx))
    ctx.set_custom_status(Status.of(state).dump())  # seen at once, however long it takes to tell everyone
    return (yield from notify_once(ctx, state, Occasion.DECIDED))


def _refuse(ctx: OrchestrationContext, state: MigrationState, reason: str) -> MigrationState:
    """Note an answer that does not count. Nothing of what it said is believed, so nobody is named."""
    entry = AuditEntry(at=now(ctx), event=ANSWER_REFUSED, by="unknown", via="event", detail=reason[:200])
    return state.audited(entry).noted(f"an answer was ignored: {reason[:200]}")
