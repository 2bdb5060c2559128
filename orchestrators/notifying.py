"""Sends notifications and tries again for those that were missed; a missed one never stops a migration."""

from datetime import timedelta

from durabletask.task import OrchestrationContext, TaskFailedError

from migration import names
from migration.notices import Notice, Sent
from migration.occasion import Occasion
from migration.state import MigrationState, OwedNotice
from orchestrators.calling import StepRefusedError, Steps, call, now

PAUSES = (timedelta(minutes=1), timedelta(minutes=5))


def notify_once(ctx: OrchestrationContext, state: MigrationState, occasion: Occasion) -> Steps[MigrationState]:
    """Notify without trying again, where waiting would hold the migration up."""
    missed = yield from _send(ctx, state, occasion, None)
    return state.noted(*_note(occasion, missed))


def notify(ctx: OrchestrationContext, state: MigrationState, occasion: Occasion) -> Steps[MigrationState]:
    """Notify, and wait to try again for those missed: for the end, when nothing is held up any more."""
    missed = yield from _send(ctx, state, occasion, None)
    for pause in PAUSES:
        if not missed:
            return state
        yield ctx.create_timer(pause)
        missed = yield from _send(ctx, state, occasion, missed)
    return state.noted(*_note(occasion, missed))


def send_owed(ctx: OrchestrationContext, state: MigrationState, owed: OwedNotice) -> Steps[MigrationState]:
    """Send a notice that is due; those missed are owed again later, while answers are already waited for."""
    missed = yield from _send(ctx, state, owed.occasion, owed.to)
    if not missed or owed.attempt >= len(PAUSES):
        return state.noted(*_note(owed.occasion, missed)).model_copy(update={"owed": None})
    due = now(ctx) + PAUSES[owed.attempt]
    again = owed.model_copy(update={"to": missed, "attempt": owed.attempt + 1, "due_at": due})
    return state.model_copy(update={"owed": again})


def _send(
    ctx: OrchestrationContext, state: MigrationState, occasion: Occasion, to: list[int] | None
) -> Steps[list[int]]:
    """Send once; returns the numbers of the addresses that were missed."""
    try:
        answer = yield from call(ctx, names.SEND_NOTIFICATION, Notice(occasion=occasion, state=state, to=to))
    except (StepRefusedError, TaskFailedError):
        return to or [0]
    return Sent.model_validate(answer).missed


def _note(occasion: Occasion, missed: list[int]) -> list[str]:
    return [f"{len(missed)} notifications ({occasion}) could not be sent"] if missed else []
