"""Asking a human and waiting for the answer. Events only wake: what counts is what the record says then."""

from datetime import timedelta
from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext, TaskFailedError, when_any

from migration import names
from migration.approval.approval import ApprovalEvent, ApprovalInvalidError, read_approval
from migration.approval.verdict import Look, Opened, Verdict
from migration.course.audit import ANSWER_REFUSED, AuditEntry
from migration.course.endings import asked, asked_again, cancelled, decided, expired, not_asked
from migration.course.state import MigrationState, OwedNotice, Status
from migration.values.occasion import Occasion
from migration.values.outcome import Phase
from orchestrators.calling import Steps, call, now
from orchestrators.notifying import notify_once, send_owed

AGAIN_SOON = timedelta(minutes=1)
LOOKS_FOR_AN_ANSWER = 20  # of some ten minutes each
AT_LATEST = timedelta(hours=6)  # the event of a decision may be lost, and an approval lapses within a day
SOON = timedelta(seconds=1)  # clocks differ: a question may still be open here that has expired there


def verify(ctx: OrchestrationContext, state: MigrationState, _cancel: CancellableTask[Any]) -> Steps[MigrationState]:
    """Steps 5 and 6: what is there is what the plan promised, and the question about it is opened in the record."""
    yield from call(ctx, names.VERIFY_IMAGE_VERSION, state)
    opened = Opened.model_validate((yield from call(ctx, names.OPEN_QUESTION, state)))
    state = asked(state, opened, now(ctx))
    return state if state.outcome else _owe(ctx, state, Occasion.APPROVAL_NEEDED)


def await_approval(
    ctx: OrchestrationContext, state: MigrationState, cancel: CancellableTask[Any]
) -> Steps[MigrationState]:
    """Step 7: wait for one event or moment, then look; the phase goes on until the question is closed."""
    if state.asked_at is None:
        return not_asked(state)
    if state.owed is not None and state.owed.due_at <= now(ctx):
        return (yield from send_owed(ctx, state, state.owed))
    answer = ctx.wait_for_external_event(names.APPROVAL_EVENT)
    timer = ctx.create_timer(AGAIN_SOON if state.unread else _until_next(ctx, state))
    yield when_any([answer, cancel, timer])
    timer.cancel()
    if cancel.is_complete:
        return state
    was_answered = answer.is_complete
    state = yield from _look(ctx, state, _event(answer.get_result()) if was_answered else None)
    if answer.is_complete and not was_answered and state.phase is Phase.AWAITING_APPROVAL and state.outcome is None:
        return (yield from _look(ctx, state, _event(answer.get_result())))  # it came meanwhile, and comes only once
    return state


def _look(ctx: OrchestrationContext, state: MigrationState, event: ApprovalEvent | None) -> Steps[MigrationState]:
    """Look, and act on what is seen. What was decided stands in the record, however long it takes to read it; but what
    an event says stands nowhere else, so that it is not let go while the store is down.
    """
    for _ in range(LOOKS_FOR_AN_ANSWER if event else 1):
        try:
            seen = yield from call(ctx, names.LOOK_AT_QUESTION, Look(id=state.start.id, event=event))
        except TaskFailedError:
            if event is not None:
                yield ctx.create_timer(AGAIN_SOON)
        else:
            return (yield from _act(ctx, state.model_copy(update={"unread": False}), Verdict.model_validate(seen)))
    return state.model_copy(update={"unread": True})


def look_for_cancel(ctx: OrchestrationContext, state: MigrationState, payload: Any) -> Steps[MigrationState]:
    """A cancel ends the migration, unless the record says that a delete has been sent."""
    look = Look(id=state.start.id, cancel=state.start.run)
    verdict = Verdict.model_validate((yield from call(ctx, names.LOOK_AT_QUESTION, look)))
    return cancelled(state, payload) if verdict.kind == "cancelled" else state.noted("it was too late to cancel")


def _act(ctx: OrchestrationContext, state: MigrationState, verdict: Verdict) -> Steps[MigrationState]:
    if verdict.ignored is not None:
        state = _refuse(ctx, state, verdict.ignored)
    match verdict.kind:
        case "open":
            return _remind(ctx, state)
        case "approved" | "rejected" if verdict.approval is not None:
            state = decided(state, verdict.approval, verdict.decided_at or now(ctx))
            ctx.set_custom_status(Status.of(state).dump())  # seen at once, however long it takes to tell everyone
            return (yield from notify_once(ctx, state, Occasion.DECIDED))
        case "cancelled":
            return cancelled(state, None)
        case "expired":
            return expired(state)
        case "again" if verdict.again is not None:
            entry = AuditEntry(at=now(ctx), event="asked again", by=verdict.again.requested_by)
            return asked_again(state, verdict.again).audited(entry)
        case _:
            return not_asked(state)


def _event(payload: Any) -> ApprovalEvent | None:
    """Return the answer that an event from outside carries; every other event only says: look."""
    try:
        event = read_approval(payload)
    except ApprovalInvalidError:
        return None
    return event if event.callback is not None else None


def _waited(ctx: OrchestrationContext, state: MigrationState) -> timedelta:
    return now(ctx) - (state.asked_at or now(ctx))


def _until_next(ctx: OrchestrationContext, state: MigrationState) -> timedelta:
    """Return the time until a reminder, the escalation, the expiry, a notification to try again, or a mere look."""
    patience, asked_at = state.start.patience, state.asked_at or now(ctx)
    moments = [state.expires_at or asked_at + patience.expiry, asked_at + patience.reminder * (state.reminded + 1)]
    if not state.escalated:
        moments.append(asked_at + patience.escalation)
    if state.owed is not None:
        moments.append(state.owed.due_at)
    return max(min(*moments, now(ctx) + AT_LATEST) - now(ctx), SOON)


def _remind(ctx: OrchestrationContext, state: MigrationState) -> MigrationState:
    patience, waited = state.start.patience, _waited(ctx, state)
    if waited >= patience.escalation and not state.escalated:
        return _owe(ctx, state.model_copy(update={"escalated": True}), Occasion.ESCALATION)
    if waited >= patience.reminder * (state.reminded + 1):
        return _owe(ctx, state.model_copy(update={"reminded": state.reminded + 1}), Occasion.REMINDER)
    return state


def _owe(ctx: OrchestrationContext, state: MigrationState, occasion: Occasion) -> MigrationState:
    """Have the next execution notify: the question is open, and links work, before anyone gets one."""
    entry = AuditEntry(at=now(ctx), event=f"asked ({occasion})", image_version_id=state.image_version_id)
    return state.audited(entry).model_copy(update={"owed": OwedNotice(occasion=occasion, due_at=now(ctx))})


def _refuse(ctx: OrchestrationContext, state: MigrationState, reason: str) -> MigrationState:
    """Note an answer that does not count. Nothing of what it said is believed, so nobody is named."""
    entry = AuditEntry(at=now(ctx), event=ANSWER_REFUSED, by="unknown", via="event", detail=reason[:200])
    return state.audited(entry).noted(f"an answer was ignored: {reason[:200]}")
