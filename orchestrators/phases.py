"""What is done in each phase. A phase is over when the record says so: then `step` raises NotYoursError."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from durabletask.task import OrchestrationContext, Task, TaskFailedError, when_any

from migration import names
from migration.approval.approval import ApprovalEvent, ApprovalInvalidError, read_approval
from migration.course.standing import Answer, Hint, Wait
from migration.values.outcome import Phase
from orchestrators.calling import AGAIN_SOON, UNREADABLE, Cancel, Steps, StillBusyError, is_of, step

LOOKS_PER_EXECUTION = 20  # keeps one execution's history under 300 events
LOOKS_AT_A_DELETE = 12  # its execution may also wait to write down the end
LOOKS_FOR_AN_ANSWER = 20  # of some ten minutes each

type PhaseSteps = Callable[[OrchestrationContext, Hint, Cancel], Steps[None]]


def plan(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[None]:
    """Step 1. Nothing has been written in Azure when a plan is refused."""
    yield from step(ctx, names.PLAN_MIGRATION, hint, cancel)


def prepare(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[None]:
    """Step 2: the gallery and the image definition exist."""
    yield from step(ctx, names.ENSURE_GALLERY, hint, cancel)
    yield from step(ctx, names.ENSURE_IMAGE_DEFINITION, hint, cancel)


def create(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[None]:
    """Step 3: the image version is being built."""
    yield from step(ctx, names.CREATE_IMAGE_VERSION, hint, cancel)


def replicate(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[None]:
    """Step 4: look until every region is complete; stays in the phase when this execution has looked enough."""
    for _ in range(LOOKS_PER_EXECUTION):
        answer = yield from step(ctx, names.CHECK_REPLICATION, hint, cancel)
        if answer.stand.notice_seconds == 0:
            answer = (yield from step(ctx, names.SEND_NOTIFICATIONS, hint, cancel)).changed(wait=answer.wait)
        timer = ctx.create_timer(_pause(answer))
        changed = ctx.wait_for_external_event(names.REPLICATION_CHANGED_EVENT)
        yield when_any([timer, changed, *_unless_taken(cancel)])
        timer.cancel()
        changed.cancel()
        if cancel.is_new:
            return


def verify(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[None]:
    """Steps 5 and 6: what is there is what the plan promised, and the question about it is opened in the record."""
    yield from step(ctx, names.OPEN_QUESTION, hint, cancel)


def await_approval(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[None]:
    """Step 7: look, have people told, and wait for an event or a moment. Events only wake: the record counts."""
    event: ApprovalEvent | None = None
    for _ in range(LOOKS_PER_EXECUTION):
        answer = yield from _look_at_question(ctx, hint, event, cancel)
        if answer.stand.notice_seconds == 0:
            answer = (yield from step(ctx, names.SEND_NOTIFICATIONS, hint, cancel)).changed(wait=answer.wait)
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
        yield from _look_at_question(ctx, hint, event, cancel)


def _look_at_question(
    ctx: OrchestrationContext, hint: Hint, event: ApprovalEvent | None, cancel: Cancel
) -> Steps[Answer]:
    """Look once. What was decided stands in the record, however long it takes to read it; but what an event says stands
    nowhere else, so that it is not let go while the store is down.
    """
    said = {"event": event.dump()} if event else {}
    for _ in range(LOOKS_FOR_AN_ANSWER if event else 0):
        try:
            return (yield from step(ctx, names.LOOK_AT_QUESTION, hint, cancel, **said))
        except StillBusyError:
            continue
        except TaskFailedError as failure:
            if not is_of(failure, UNREADABLE):
                raise
            yield ctx.create_timer(AGAIN_SOON)
    return (yield from step(ctx, names.LOOK_AT_QUESTION, hint, cancel, **said))


def _event(payload: Any) -> ApprovalEvent | None:
    """Return the answer that an event from outside carries; every other event only says: look."""
    try:
        event = read_approval(payload)
    except ApprovalInvalidError:
        return None
    return event if event.callback is not None else None


def promote(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[None]:
    """Step 8: an approved version becomes eligible as `latest`, and is complete again before the source may go."""
    yield from step(ctx, names.PROMOTE_IMAGE_VERSION, hint, cancel)
    yield from replicate(ctx, hint, cancel)


def delete_source(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[None]:
    """Step 9: the activity checks the promise and sends the delete; then look until it can be told what became of it.

    Whatever went wrong, the image is looked at: a delete whose answer was lost may have been carried out.
    """
    unsent: dict[str, Any] = {}
    try:
        answer = yield from step(ctx, names.DELETE_SOURCE_IMAGE, hint, cancel)
        if answer.wait:
            yield from cancel.or_after(ctx, _pause(answer))
    except TaskFailedError as failure:
        if is_of(failure, UNREADABLE):
            raise  # the record knows whether it was sent
        unsent = {"unsent": failure.details.message[:500]}
    for _ in range(LOOKS_AT_A_DELETE):
        answer = yield from step(ctx, names.CONFIRM_DELETE, hint, cancel, **unsent)
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
    Phase.DELETING_SOURCE: delete_source,
}
