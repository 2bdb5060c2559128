"""Deleting the source: the last step, and the only one that cannot be taken back."""

from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext

from migration import names
from migration.audit import AuditEntry
from migration.checks import PROMISE_KEPT
from migration.endings import migrated
from migration.operation import Operation
from migration.state import MigrationState
from orchestrators.calling import Steps, call, now
from orchestrators.following import follow


def delete_source(
    ctx: OrchestrationContext, state: MigrationState, _cancel: CancellableTask[Any]
) -> Steps[MigrationState]:
    """Step 9: the activity checks the promise and starts the delete; done once the operation has succeeded."""
    started = yield from call(ctx, names.DELETE_SOURCE_IMAGE, state)
    checked = AuditEntry(
        at=now(ctx), event="promise checked", image_version_id=state.image_version_id, checks=list(PROMISE_KEPT)
    )
    if started is not None:
        yield from follow(ctx, Operation.model_validate(started))
    return migrated(state.audited(checked))
