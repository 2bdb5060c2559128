"""Calls activities patiently: raised errors are retried, what is asked to come later comes later, a cancel is heard."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext, RetryPolicy, Task, TaskFailedError, when_any

from migration import names
from migration.course import steps
from migration.course.standing import Answer, Hint, Stand
from migration.course.steps import Activity, CancelInput, StepInput

type Steps[Result] = Generator[Task[Any], Any, Result]

# For what is raised and a retry may cure: records that cannot be read. About ten minutes in all.
RETRY = RetryPolicy(
    first_retry_interval=timedelta(seconds=5),
    max_number_of_attempts=8,
    backoff_coefficient=2.0,
    max_retry_interval=timedelta(minutes=3),
)
MAX_WAITS = (
    12  # some ten minutes: keeps one execution's history short; the run's patience, which the record keeps, is longer
)
AGAIN_SOON = timedelta(minutes=1)
# By name, and in the message too: exceptions lose their type on the way.
UNREADABLE = ("RecordsUnavailableError", "RecordUnreadableError", "RecordTooNewError", "SettingsInvalidError")


class NotYoursError(Exception):
    """The run of this orchestration is elsewhere: in another phase, at its end, or another run lives by now."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        super().__init__(stand.kind)


class StillBusyError(Exception):
    """A step asked to come later so often that this execution has tried enough; the next one goes on."""


class CancelLostError(Exception):
    """A cancel could not be taken to the record, by an error of the app: nothing may go on as if there were none."""


class Cancel:
    """The event of the platform's that cancels, and whether it has been taken to the record, which alone counts."""

    def __init__(self, ctx: OrchestrationContext) -> None:
        self._listen(ctx)

    def _listen(self, ctx: OrchestrationContext) -> None:
        self.task: CancellableTask[Any] = ctx.wait_for_external_event(names.CANCEL_EVENT)
        self._is_taken = False

    @property
    def is_new(self) -> bool:
        return bool(self.task.is_complete) and not self._is_taken

    def take(self, ctx: OrchestrationContext, hint: Hint) -> Steps[Stand]:
        """Take it to the record, which knows whether it is in time. Until that can be read, nothing goes on.

        The app's own event only says: look. The run that it was sent for stands cancelled in the record, or is over.
        Where the run goes on all the same, the next one is listened for: it may be somebody's who means it.
        """
        self._is_taken = True
        payload = self.task.get_result()
        words = payload if isinstance(payload, dict) else {}
        reason = words.get("reason")
        said = CancelInput.by(hint, ctx.instance_id).changed(
            reason=reason[:1000] if isinstance(reason, str) else None, look=words.get("look") is True
        )
        while True:
            try:
                stand = (yield from ask(ctx, steps.CANCEL_RUN, said)).stand
            except (TaskFailedError, StillBusyError) as failure:
                if isinstance(failure, StillBusyError) or not is_of(failure, UNREADABLE):
                    raise CancelLostError(str(failure)) from failure
                yield ctx.create_timer(AGAIN_SOON)
                continue
            if stand.kind == "go" and not stand.ending:
                self._listen(ctx)
            return stand

    def or_after(self, ctx: OrchestrationContext, pause: timedelta) -> Steps[None]:
        """Wait, but not once there is a cancel to be taken."""
        if self.task.is_complete:
            if not self.is_new:
                yield ctx.create_timer(pause)
            return
        timer = ctx.create_timer(pause)
        yield when_any([timer, self.task])
        if not timer.is_complete:
            timer.cancel()


def ask[Said: StepInput](
    ctx: OrchestrationContext, activity: Activity[Said, Answer], said: Said, cancel: Cancel | None = None
) -> Steps[Answer]:
    """Call an activity until it does not ask for time; that time is always honoured.

    A cancel is taken to the record while the activity is still at work, so that its next move of the record is refused.
    """
    reason = ""
    for tries in range(MAX_WAITS):
        task: Task[Any] = ctx.call_activity(activity.name, input=said.payload(tries), retry_policy=RETRY)
        if cancel is not None and not cancel.task.is_complete:
            yield when_any([task, cancel.task])
        taken = None
        if cancel is not None and cancel.is_new and not task.is_complete:
            taken = yield from cancel.take(ctx, said)
        answer = activity.read((yield task))
        if taken is not None and (taken.kind != "go" or taken.ending):
            raise NotYoursError(taken)  # the activity may have read the record before
        if answer.stand.run == said.run:
            ctx.set_custom_status(_status(answer.stand))
        if answer.later is None or (cancel is not None and cancel.is_new):
            return answer
        reason, pause = answer.later.reason, timedelta(seconds=answer.later.seconds)
        if cancel is None:
            yield ctx.create_timer(pause)
        else:
            yield from cancel.or_after(ctx, pause)
            if cancel.is_new:
                return answer
    raise StillBusyError(reason)


def _status(stand: Stand) -> dict[str, Any]:
    """Return the custom status: for operators who look at the task hub. Nobody is told anything from it."""
    known = stand.dump()
    return {name: known[name] for name in ("phase", "run", "expiresAt", "imageVersionId", "outcome")}


def step[Said: StepInput](
    ctx: OrchestrationContext, activity: Activity[Said, Answer], said: Said, cancel: Cancel
) -> Steps[Answer]:
    """Call an activity of this phase; raises NotYoursError where the run is not in it, before the step or after.

    So it does where there is a cancel to be taken: the record says then how the run stands.
    """
    if cancel.is_new:
        raise NotYoursError((yield from cancel.take(ctx, said)))
    answer = yield from ask(ctx, activity, said, cancel)
    if cancel.is_new:
        raise NotYoursError((yield from cancel.take(ctx, said)))
    stand = answer.stand
    if stand.kind != "go" or stand.ending or stand.phase is not said.phase:
        raise NotYoursError(stand)
    return answer


def is_of(failure: TaskFailedError, kinds: tuple[str, ...]) -> bool:
    """Tell whether an activity failed for one of these reasons."""
    return any(kind in f"{failure.details.error_type} {failure.details.message}" for kind in kinds)
