"""Deleting the source: the last step, and the only one that cannot be taken back. It ends on a look at the image."""

from datetime import timedelta
from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext, TaskFailedError

from migration import names
from migration.approval.image_record import DELETE_PATIENCE
from migration.approval.verdict import DeleteSeen, Reference, Sent
from migration.course.audit import AuditEntry
from migration.course.endings import after_delete
from migration.course.state import MigrationState
from migration.promise.checks import PROMISE_KEPT
from migration.values.answer import Refusal
from orchestrators.calling import StepRefusedError, Steps, call, now

LOOKS_PER_EXECUTION = 20
SHORTEST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 3600.0
UNSEEN = "AzureUnavailable"


def delete_source(
    ctx: OrchestrationContext, state: MigrationState, _cancel: CancellableTask[Any]
) -> Steps[MigrationState]:
    """Step 9: the activity checks the promise and sends the delete; then look until it can be told what became of it.

    Whatever went wrong, the image is looked at: a delete whose answer was lost may have been carried out.
    """
    state = state.model_copy(update={"deleting_since": state.deleting_since or now(ctx)})
    pause, refusal = yield from _send(ctx, Reference(id=state.start.id))
    if pause:
        yield ctx.create_timer(timedelta(seconds=pause))
    for _ in range(LOOKS_PER_EXECUTION):
        seen = yield from _look(ctx, state)
        if seen.kind != "waiting":
            return after_delete(_checked(ctx, state, seen), seen, refusal)
        waited = (now(ctx) - (state.deleting_since or now(ctx))).total_seconds()
        yield ctx.create_timer(timedelta(seconds=min(max(SHORTEST_PAUSE_SECONDS, waited / 10), LONGEST_PAUSE_SECONDS)))
        if seen.code == UNSEEN:
            break  # it was tried often enough for one history
    return state


def _send(ctx: OrchestrationContext, migration: Reference) -> Steps[tuple[float, Refusal | None]]:
    """Return when to look first, and why the delete was not sent, where that is known."""
    try:
        sent = Sent.model_validate((yield from call(ctx, names.DELETE_SOURCE_IMAGE, migration)))
    except StepRefusedError as error:
        return 0.0, Refusal(code=error.code, message=error.message)
    except TaskFailedError as failure:
        return 0.0, Refusal(code=UNSEEN, message=failure.details.message[:500])
    return sent.seconds, None


def _look(ctx: OrchestrationContext, state: MigrationState) -> Steps[DeleteSeen]:
    """Look once; a look that fails tells nothing, until so much time has passed that nobody will know."""
    try:
        return DeleteSeen.model_validate((yield from call(ctx, names.CONFIRM_DELETE, Reference(id=state.start.id))))
    except (StepRefusedError, TaskFailedError) as error:
        late = now(ctx) - (state.deleting_since or now(ctx)) >= DELETE_PATIENCE + timedelta(days=1)
        return DeleteSeen(kind="unknown" if late else "waiting", code=UNSEEN, message=str(error)[:500])


def _checked(ctx: OrchestrationContext, state: MigrationState, seen: DeleteSeen) -> MigrationState:
    if seen.kind != "deleted":
        return state
    entry = AuditEntry(
        at=now(ctx), event="promise checked", image_version_id=state.image_version_id, checks=list(PROMISE_KEPT)
    )
    return state.audited(entry)
