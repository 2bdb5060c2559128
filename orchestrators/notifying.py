"""Sends notifications and tries again for those that were missed; a missed one never stops a migration."""

from datetime import timedelta

from durabletask.task import OrchestrationContext, TaskFailedError, when_any

from migration import names
from migration.course.notice import Notice, Sent
from migration.course.state import MigrationState, OwedNotice
from migration.values.occasion import ASKS, Occasion
from orchestrators.calling import StepRefusedError, Steps, call, now

PAUSES = (timedelta(minutes=1), timedelta(minutes=5))


def notify_once(ctx: OrchestrationContext, state: MigrationState, occasion: Occasion) -> Steps[MigrationState]:
    """Notify without waiting, which would hold the migration up; whoever was missed is owed the notice at its end."""
    owed = yield from _send(ctx, state, OwedNotice(occasion=occasion, due_at=now(ctx)))
    return state.model_copy(update={"owed": owed})


def notify(ctx: OrchestrationContext, state: MigrationState, occasion: Occasion) -> Steps[MigrationState]:
    """Notify of the end, and of a decision still owed, and wait to try again: only news is not held up by that."""
    owed = [state.owed] if state.owed and state.owed.occasion not in ASKS else []
    owed.append(OwedNotice(occasion=occasion, due_at=now(ctx)))
    for pause in (*PAUSES, None):
        owed = yield from _send_all(ctx, state, owed)
        if pause is None or not owed or (yield from _news_within(ctx, pause)):
            break
    return state.noted(*map(_note, owed)).model_copy(update={"owed": None})


def _news_within(ctx: OrchestrationContext, pause: timedelta) -> Steps[bool]:
    """Wait; True as soon as the image is wished something new, which matters more than telling what is over."""
    news, timer = ctx.wait_for_external_event(names.NEWS_EVENT), ctx.create_timer(pause)
    yield when_any([news, timer])
    if news.is_complete:
        timer.cancel()
    return bool(news.is_complete)


def send_owed(ctx: OrchestrationContext, state: MigrationState, owed: OwedNotice) -> Steps[MigrationState]:
    """Send a notice that is due; those missed are owed again later, while answers are already waited for."""
    again = yield from _send(ctx, state, owed)
    if again is None or owed.attempt >= len(PAUSES):
        return state.noted(*([_note(again)] if again else [])).model_copy(update={"owed": None})
    return state.model_copy(update={"owed": again.model_copy(update={"due_at": now(ctx) + PAUSES[owed.attempt]})})


def _send_all(ctx: OrchestrationContext, state: MigrationState, owed: list[OwedNotice]) -> Steps[list[OwedNotice]]:
    """Send each; returns what is owed still."""
    left = []
    for one in owed:
        again = yield from _send(ctx, state, one)
        left += [again] if again else []
    return left


def _send(ctx: OrchestrationContext, state: MigrationState, owed: OwedNotice) -> Steps[OwedNotice | None]:
    """Send once; returns what is owed to those who were missed, None where nobody was."""
    attempt = {"attempt": owed.attempt + 1}
    try:
        answer = yield from call(ctx, names.SEND_NOTIFICATION, Notice(occasion=owed.occasion, state=state, to=owed.to))
    except (StepRefusedError, TaskFailedError):
        return owed.model_copy(update=attempt)
    missed = Sent.model_validate(answer).missed
    return owed.model_copy(update=attempt | {"to": missed}) if missed else None


def _note(owed: OwedNotice) -> str:
    count = f"{len(owed.to)} " if owed.to is not None else ""
    return f"{count}notifications ({owed.occasion}) could not be sent"
