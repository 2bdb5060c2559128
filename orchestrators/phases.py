"""What is done in each phase. A phase is over when the record says so: then `step` raises NotYoursError."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from durabletask.task import OrchestrationContext, Task, TaskFailedError, when_any

from migration import names
from migration.approval.approval import ApprovalEvent, ApprovalInvalidError, read_approval
from migration.course import steps
from migration.course.standing import Answer, Wait
from migration.course.steps import Activity, ConfirmInput, LookInput, StepInput
from migration.values.outcome import Phase
from orchestrators.calling import AGAIN_SOON, UNREADABLE, Cancel, Steps, StillBusyError, is_of, step

LOOKS_PER_EXECUTION = 20  # keeps one execution's history under 300 events
LOOKS_AT_A_DELETE = 12  # its execution may also wait to write down the end
LOOKS_FOR_AN_ANSWER = 20  # of some ten minutes each

type PhaseSteps = Callable[[OrchestrationContext, StepInput, Cancel], Steps[None]]


def plan(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Step 1. Nothing has been written in Azure when a plan is refused."""
    yield from step(ctx, steps.PLAN_MIGRATION, own, cancel)


def prepare(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Step 2: the gallery and the image definition exist."""
    yield from step(ctx, steps.ENSURE_GALLERY, own, cancel)
    yield from step(ctx, steps.ENSURE_IMAGE_DEFINITION, own, cancel)


def create(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Step 3: the image version is being built."""
    yield from step(ctx, steps.CREATE_IMAGE_VERSION, own, cancel)


def replicate(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Step 4: look until every region is complete."""
    yield from _look_on(ctx, steps.CHECK_REPLICATION, own, cancel, names.REPLICATION_CHANGED_EVENT)


def _look_on(
    ctx: OrchestrationContext, activity: Activity[StepInput, Answer], own: StepInput, cancel: Cancel, event: str
) -> Steps[None]:
    """Look until the step moves the run on, after each pause or on the event, and have people told what is owed.

    The run stays in the phase when this execution has looked enough.
    """
    for _ in range(LOOKS_PER_EXECUTION):
        answer = yield from step(ctx, activity, own, cancel)
        if answer.stand.notice_seconds == 0:
            answer = (yield from step(ctx, steps.SEND_NOTIFICATIONS, own, cancel)).changed(wait=answer.wait)
        timer = ctx.create_timer(_pause(answer))
        woken = ctx.wait_for_external_event(event)
        yield when_any([timer, woken, *_unless_taken(cancel)])
        timer.cancel()
        woken.cancel()
        if cancel.is_new:
            return


def verify(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Steps 5 and 6: what is there is what the plan promised, and the question about it is opened in the record."""
    yield from step(ctx, steps.OPEN_QUESTION, own, cancel)


def await_approval(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Step 7: look, have people told, and wait for an event or a moment. Events only wake: the record counts."""
    event: ApprovalEvent | None = None
    for _ in range(LOOKS_PER_EXECUTION):
        answer = yield from _look(ctx, own, event, cancel)
        if answer.stand.notice_seconds == 0:
            answer = (yield from step(ctx, steps.SEND_NOTIFICATIONS, own, cancel)).changed(wait=answer.wait)
        said = ctx.wait_for_external_event(names.APPROVAL_EVENT)
        timer = ctx.create_timer(_pause(answer))
        yield when_any([said, timer, *_unless_taken(cancel)])
        timer.cancel()
        event = _event(said.get_result()) if said.is_complete else None
        if not said.is_complete:
            said.cancel()
        if cancel.is_new:
            break
    if event is not None:
        yield from _look(ctx, own, event, cancel)


def _look(ctx: OrchestrationContext, own: StepInput, event: ApprovalEvent | None, cancel: Cancel) -> Steps[Answer]:
    """Look once. What was decided stands in the record, however long it takes to read it; but what an event says stands
    nowhere else, so that it is not let go while the store is down.
    """
    said = LookInput.by(own, own.migration_id).changed(event=event)
    for _ in range(LOOKS_FOR_AN_ANSWER if event else 0):
        try:
            return (yield from step(ctx, steps.LOOK_AT_QUESTION, said, cancel))
        except StillBusyError:
            continue
        except TaskFailedError as failure:
            if not is_of(failure, UNREADABLE):
                raise
            yield ctx.create_timer(AGAIN_SOON)
    return (yield from step(ctx, steps.LOOK_AT_QUESTION, said, cancel))


def _event(payload: Any) -> ApprovalEvent | None:
    """Return the answer that an event from outside carries; every other event only says: look."""
    try:
        event = read_approval(payload)
    except ApprovalInvalidError:
        return None
    return event if event.callback is not None else None


def promote(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Step 8: an approved version becomes eligible as `latest`, and is complete again before the source may go."""
    answer = yield from step(ctx, steps.PROMOTE_IMAGE_VERSION, own, cancel)
    if answer.wait:
        yield from cancel.or_after(ctx, _pause(answer))
    yield from replicate(ctx, own, cancel)


def soak(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Step 8b: an accepted version is in use for a while. Look now and then, until it is asked about the delete."""
    yield from _look_on(ctx, steps.LOOK_AT_SOAK, own, cancel, names.APPROVAL_EVENT)


def delete_source(ctx: OrchestrationContext, own: StepInput, cancel: Cancel) -> Steps[None]:
    """Step 9: the activity checks the promise and sends the delete; then look until it can be told what became of it.

    Whatever went wrong, the image is looked at: a delete whose answer was lost may have been carried out.
    """
    said = ConfirmInput.by(own, own.migration_id)
    try:
        answer = yield from step(ctx, steps.DELETE_SOURCE_IMAGE, own, cancel)
        if answer.wait:
            yield from cancel.or_after(ctx, _pause(answer))
    except TaskFailedError as failure:
        if is_of(failure, UNREADABLE):
            raise  # the record knows whether it was sent
        said = said.changed(unsent=failure.details.message[:500])
    for _ in range(LOOKS_AT_A_DELETE):
        answer = yield from step(ctx, steps.CONFIRM_DELETE, said, cancel)
        yield from cancel.or_after(ctx, _pause(answer))


def _unless_taken(cancel: Cancel) -> list[Task[Any]]:
    return [] if cancel.task.is_complete else [cancel.task]


def _pause(answer: Answer) -> timedelta:
    return timedelta(seconds=(answer.wait or Wait(seconds=5)).seconds)


PHASES: dict[Phase, PhaseSteps] = {
    Phase.PLANNING: plan,
    Phase.PREPARING: prepare,
    Phase.CREATING: create,
    Phase.REPLICATING: replicate,
    Phase.VERIFYING: verify,
    Phase.AWAITING_APPROVAL: await_approval,
    Phase.PROMOTING: promote,
    Phase.SOAKING: soak,
    Phase.DELETING_SOURCE: delete_source,
}
