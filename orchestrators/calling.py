"""Calls activities patiently: raised errors are retried, waits are waited, refusals end the step."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

from durabletask.task import OrchestrationContext, RetryPolicy, Task

from migration.values.answer import Answer
from migration.values.record import Record

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


class StepRefusedError(Exception):
    """A step that Azure, or a rule of ours, refused; caught by the orchestrator and told as an outcome."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


def now(ctx: OrchestrationContext) -> datetime:
    """Return the replay-safe current time, in UTC; the engine's own has no time zone."""
    return ctx.current_utc_datetime.replace(tzinfo=UTC)


def call(ctx: OrchestrationContext, activity: str, argument: Record) -> Steps[Any]:
    """Call an activity until it answers with a value; raises StepRefusedError.

    It asks for time when Azure throttles or is still busy. That time is always honoured, and grows.
    """
    payload = argument.dump() | {"migrationId": ctx.instance_id}  # by it an activity tells whose step it is
    reason = ""
    for attempt in range(MAX_WAITS):
        answer = Answer.model_validate((yield ctx.call_activity(activity, input=payload, retry_policy=RETRY)))
        if answer.refusal is not None:
            raise StepRefusedError(answer.refusal.code, answer.refusal.message)
        if answer.later is None:
            return answer.value
        reason = answer.later.reason
        seconds = max(answer.later.seconds, min(2.0**attempt, LONGEST_WAIT_SECONDS))
        yield ctx.create_timer(timedelta(seconds=seconds))
    raise StepRefusedError("StillBusy", f"still not possible after {MAX_WAITS} attempts: {reason}")
