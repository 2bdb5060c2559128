"""Replicating and promoting: the image version is complete in every region, and may become `latest`."""

from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext, when_any

from migration import names
from migration.approval.verdict import Reference
from migration.asking.request import DeleteSource
from migration.course.audit import AuditEntry
from migration.course.endings import kept_by_policy, timed_out
from migration.course.state import MigrationState, Status
from migration.resources.operation import Operation
from migration.resources.replication import ReplicationQuery, ReplicationReport, next_look, timed
from migration.values.outcome import Phase
from orchestrators.calling import StepRefusedError, Steps, call, now
from orchestrators.following import follow

LOOKS_PER_EXECUTION = 20  # keeps one execution's history under 300 events


def replicate(ctx: OrchestrationContext, state: MigrationState, cancel: CancellableTask[Any]) -> Steps[MigrationState]:
    """Step 4: look until every region is complete; stays in the phase when this execution has looked enough."""
    return (yield from _until_complete(ctx, state, cancel, Phase.VERIFYING))


def promote(ctx: OrchestrationContext, state: MigrationState, cancel: CancellableTask[Any]) -> Steps[MigrationState]:
    """Step 8: an approved version becomes eligible as `latest`, and is complete again before the source may go.

    It may have been changed while it waited for approval: the activity looks first. An execution that only goes on
    waiting does not promote again.
    """
    if not state.promoted:
        started = yield from call(ctx, names.PROMOTE_IMAGE_VERSION, Reference(id=state.start.id))
        if started is not None:
            yield from follow(ctx, Operation.model_validate(started))
            state = state.audited(AuditEntry(at=now(ctx), event="promoted", image_version_id=state.image_version_id))
        if state.planned.delete_source is DeleteSource.NEVER:
            return kept_by_policy(state)
        state = state.model_copy(update={"promoted": True, "replication_since": now(ctx)})
    return (yield from _until_complete(ctx, state, cancel, Phase.DELETING_SOURCE))


def _until_complete(
    ctx: OrchestrationContext, state: MigrationState, cancel: CancellableTask[Any], then: Phase
) -> Steps[MigrationState]:
    since = state.replication_since or now(ctx)
    patience = state.start.patience
    for _ in range(LOOKS_PER_EXECUTION):
        report = yield from _look(ctx, state)
        state = state.model_copy(update={"regions": timed(report.regions, state.regions, now(ctx))})
        ctx.set_custom_status(Status.of(state).dump())
        if report.failure is not None:
            raise StepRefusedError(report.failure_code, report.failure)
        if report.complete:
            return state.model_copy(update={"phase": then})
        waited = now(ctx) - since
        if waited >= patience.replication:
            return timed_out(state, report)
        pause = next_look(waited, report.progress, patience.poll_interval, patience.poll_interval_max)
        timer = ctx.create_timer(min(pause, patience.replication - waited))
        changed = ctx.wait_for_external_event(names.REPLICATION_CHANGED_EVENT)
        yield when_any([timer, changed, cancel])
        timer.cancel()
        changed.cancel()
        if cancel.is_complete:
            return state
    return state


def _look(ctx: OrchestrationContext, state: MigrationState) -> Steps[ReplicationReport]:
    query = ReplicationQuery(
        image_version_id=state.version_id,
        target_regions=state.planned.target_regions,
        operation_url=state.operation_url,
    )
    return ReplicationReport.model_validate((yield from call(ctx, names.CHECK_REPLICATION, query)))
