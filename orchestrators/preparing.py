"""Planning, preparing and creating: from the request to an image version that is being built."""

from typing import Any

from durabletask.task import CancellableTask, OrchestrationContext

from migration import names
from migration.course.audit import AuditEntry
from migration.course.endings import refused_plan
from migration.course.state import MigrationState
from migration.plan.plan import PlanResult
from migration.resources.operation import CreatedVersion
from migration.values.outcome import Phase
from orchestrators.calling import Steps, call, now


def plan(ctx: OrchestrationContext, state: MigrationState, _cancel: CancellableTask[Any]) -> Steps[MigrationState]:
    """Step 1. Nothing has been written when a plan is refused."""
    result = PlanResult.model_validate((yield from call(ctx, names.PLAN_MIGRATION, state.start)))
    state = state.model_copy(update={"start": result.start}) if result.start else state
    if result.plan is None:
        return refused_plan(state, result.problems)
    entry = AuditEntry(at=now(ctx), event="planned", detail=result.plan.image_version_id)
    planned = state.model_copy(update={"plan": result.plan, "phase": Phase.PREPARING, "notes": result.plan.notes})
    return planned.audited(entry)


def prepare(ctx: OrchestrationContext, state: MigrationState, _cancel: CancellableTask[Any]) -> Steps[MigrationState]:
    """Step 2: the gallery and the image definition exist."""
    yield from call(ctx, names.ENSURE_GALLERY, state)
    yield from call(ctx, names.ENSURE_IMAGE_DEFINITION, state)
    return state.model_copy(update={"phase": Phase.CREATING})


def create(ctx: OrchestrationContext, state: MigrationState, _cancel: CancellableTask[Any]) -> Steps[MigrationState]:
    """Step 3: the image version is being built."""
    created = CreatedVersion.model_validate((yield from call(ctx, names.CREATE_IMAGE_VERSION, state)))
    return state.model_copy(
        update={
            "image_version_id": created.image_version_id,
            "operation_url": created.operation_url,
            "replication_since": now(ctx),
            "phase": Phase.REPLICATING,
        }
    ).audited(AuditEntry(at=now(ctx), event="version started", image_version_id=created.image_version_id))
