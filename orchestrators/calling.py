"""Calls activities patiently: raised errors are retried, what is asked to come later comes later."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durabletask.task import OrchestrationContext, RetryPolicy, Task, TaskFailedError

from migration.course.standing import Answer, Hint, Stand

type Steps[Result] = Generator[Task[Any], Any, Result]

# For what a retry may cure: no network, a 5xx, no token. About ten minutes in all.
RETRY = RetryPolicy(
    first_retry_interval=timedelta(seconds=5),
    max_number_of_attempts=8,
    backoff_coefficient=2.0,
    max_retry_interval=timedelta(minutes=3),
)
MAX_WAITS = 40  # with the longest wait below, more than six hours
LONGEST_WAIT_SECONDS = 600.0
# By name, and in the message too: exceptions lose their type on the way.
UNREADABLE = ("RecordsUnavailableError", "RecordUnreadableError", "RecordTooNewError")
UNAVAILABLE = ("ArmUnavailableError",)


class NotYoursError(Exception):
    """The run of this orchestration is elsewhere: in another phase, at its end, or another run lives by now."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        super().__init__(stand.kind)


class StillBusyError(Exception):
    """A step asked to come later so often that it has been tried enough."""


def ask(ctx: OrchestrationContext, activity: str, hint: Hint, **said: Any) -> Steps[Answer]:
    """Call an activity until it does not ask for time; that time is always honoured, and grows."""
    payload = hint.dump() | said | {"migrationId": ctx.instance_id}  # by it an activity tells whose step it is
    reason = ""
    for attempt in range(MAX_WAITS):
        answer = Answer.model_validate((yield ctx.call_activity(activity, input=payload, retry_policy=RETRY)))
        if answer.stand.run == hint.run:
            ctx.set_custom_status(_status(answer.stand))
        if answer.later is None:
            return answer
        reason = answer.later.reason
        seconds = max(answer.later.seconds, min(2.0**attempt, LONGEST_WAIT_SECONDS))
        yield ctx.create_timer(timedelta(seconds=seconds))
    raise StillBusyError(f"still not possible after {MAX_WAITS} attempts: {reason}")


def _status(stand: Stand) -> dict[str, Any]:
    """Return the custom status: for operators who look at the task hub. Nobody is told anything from it."""
    known = stand.dump()
    return {name: known[name] for name in ("phase", "run", "expiresAt", "imageVersionId", "outcome")}


def step(ctx: OrchestrationContext, activity: str, hint: Hint, **said: Any) -> Steps[Answer]:
    """Call an activity of this phase; raises NotYoursError where the run is not in it, before the step or after."""
    answer = yield from ask(ctx, activity, hint, **said)
    stand = answer.stand
    if stand.kind != "go" or stand.ending or stand.phase is not hint.phase:
        raise NotYoursError(stand)
    return answer


def is_of(failure: TaskFailedError, kinds: tuple[str, ...]) -> bool:
    """Tell whether an activity failed for one of these reasons."""
    return any(kind in f"{failure.details.error_type} {failure.details.message}" for kind in kinds)
