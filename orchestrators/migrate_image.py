"""The migration of one managed image, one phase an execution: each ends in continue-as-new with a hint of the next.

So the history stays short however long a migration takes. The record says which run lives and where it is: an instance
that it does not admit does nothing, and ends without a word.
"""

from typing import Any

from durabletask.task import OrchestrationContext, TaskFailedError

from migration.course import steps
from migration.course.standing import Hint, Stand, read_hint
from migration.course.steps import RecordInput, StepInput
from orchestrators.calling import (
    AGAIN_SOON,
    UNREADABLE,
    Cancel,
    NotYoursError,
    Steps,
    StillBusyError,
    ask,
    is_of,
)
from orchestrators.phases import PHASES

NOT_OURS = {"ended": "this input is of an earlier release, or of nobody: nothing was done, the source is kept"}


def migrate_image(ctx: OrchestrationContext, payload: Any) -> Steps[Any]:
    """Carry a migration through one phase. `payload` is a Hint; anyone with the system key can write another."""
    if payload == NOT_OURS:
        return NOT_OURS
    hint = read_hint(payload)
    if hint is None:  # a new execution has no history that could disagree with ending at once
        ctx.continue_as_new(NOT_OURS)
        return None
    cancel = Cancel(ctx)
    stand = yield from _one_phase(ctx, hint, cancel)
    if stand.kind == "go" and not stand.ending and stand.notice_seconds == 0:
        stand = yield from _have_told(ctx, stand)
    while cancel.is_new and stand.kind == "go" and not stand.ending:  # nothing is waited for after this look
        stand = yield from cancel.take(ctx, stand.hint())
    return (yield from _go_on(ctx, hint, stand))


def _one_phase(ctx: OrchestrationContext, hint: Hint, cancel: Cancel) -> Steps[Stand]:
    """Return how the run stands after its phase, or after as much of it as one execution does."""
    try:
        if hint.phase not in PHASES:
            return Stand(kind="go", run=hint.run, phase=hint.phase, ending=True)  # unless the record says otherwise
        yield from PHASES[hint.phase](ctx, StepInput.by(hint, ctx.instance_id), cancel)
    except NotYoursError as elsewhere:
        return elsewhere.stand
    except StillBusyError:
        pass
    except TaskFailedError as failure:
        if not is_of(failure, UNREADABLE):
            raise  # a bug: the engine's own Failed status is reserved for it
        yield ctx.create_timer(AGAIN_SOON)  # what cannot be read decides nothing
    return Stand(kind="go", run=hint.run, phase=hint.phase)


def _have_told(ctx: OrchestrationContext, stand: Stand) -> Steps[Stand]:
    """Have people told what is owed; where that cannot be, the clock will."""
    try:
        return (yield from ask(ctx, steps.SEND_NOTIFICATIONS, StepInput.by(stand.hint(), ctx.instance_id))).stand
    except (TaskFailedError, StillBusyError):
        return stand


def _go_on(ctx: OrchestrationContext, hint: Hint, stand: Stand) -> Steps[Any]:
    if stand.kind == "go" and stand.ending:
        stand = yield from _finished_or_later(ctx, stand)
    if stand.kind in {"go", "other"}:
        ctx.continue_as_new(stand.hint().dump(), save_events=stand.run == hint.run)
        return None
    if stand.kind == "gone":
        return {"ended": "the record of this image is gone: nothing is deleted, and the source is kept"}
    return {"run": stand.run}


def _finished_or_later(ctx: OrchestrationContext, stand: Stand) -> Steps[Stand]:
    """Finish; while records cannot be read, or Azure cannot be reached, the end is told later."""
    try:
        return (yield from _finish(ctx, stand))
    except StillBusyError:
        return stand
    except TaskFailedError as failure:
        if not is_of(failure, UNREADABLE):
            raise
        yield ctx.create_timer(AGAIN_SOON)
        return stand


def _finish(ctx: OrchestrationContext, stand: Stand) -> Steps[Stand]:
    """Write down the outcome, have people told, and go on with what the image has been wished meanwhile."""
    own = StepInput.by(stand.hint(), ctx.instance_id)
    said = RecordInput.by(own, own.migration_id)
    try:
        stand = (yield from ask(ctx, steps.RECORD_OUTCOME, said)).stand
    except TaskFailedError as error:
        if is_of(error, UNREADABLE):
            raise
        stand = (yield from ask(ctx, steps.RECORD_OUTCOME, said.changed(unreachable=str(error)[:500]))).stand
    if stand.kind != "over":
        return stand
    if stand.notice_seconds is not None:
        stand = yield from _have_told(ctx, stand)
    return (yield from _news(ctx, stand))


def _news(ctx: OrchestrationContext, stand: Stand) -> Steps[Stand]:
    """Go on with what the image has been wished meanwhile; where that cannot be seen, the sweep will."""
    try:
        return (yield from ask(ctx, steps.LOOK_FOR_NEWS, StepInput.by(stand.hint(), ctx.instance_id))).stand
    except (TaskFailedError, StillBusyError):
        return stand
