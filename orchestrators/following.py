"""Follows a long-running operation of Azure's to its end with durable timers."""

from datetime import timedelta

from durabletask.task import OrchestrationContext

from migration import names
from migration.resources.operation import Operation, OperationStatus
from orchestrators.calling import StepRefusedError, Steps, call, now

MAX_LOOKS = 60


def follow(ctx: OrchestrationContext, operation: Operation) -> Steps[None]:
    """Wait until the operation has succeeded, looking no earlier than Azure asked; raises StepRefusedError."""
    begun = now(ctx)
    seconds = operation.seconds
    for _ in range(MAX_LOOKS):
        yield ctx.create_timer(timedelta(seconds=seconds))
        status = OperationStatus.model_validate((yield from call(ctx, names.FOLLOW_OPERATION, operation)))
        if status.state == "Failed":
            raise StepRefusedError(status.code, status.message)
        if status.state != "Running":
            return
        waited = (now(ctx) - begun).total_seconds()
        seconds = max(status.seconds, waited / 10)
    raise StepRefusedError("OperationNotEnding", f"the operation has not ended after {MAX_LOOKS} looks")
