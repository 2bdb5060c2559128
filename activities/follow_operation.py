"""One look at a long-running operation of Azure's."""

from arm.operations import follow
from migration.resources.operation import Operation, OperationStatus


async def follow_operation(operation: Operation) -> OperationStatus:
    """Look once; an operation without a URL was over when it started."""
    return await follow(operation.url) if operation.url else OperationStatus(state="Succeeded")
