"""How an exception of the app becomes the failure that an orchestrator sees, as the durable extension does it."""

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.internal import helpers


def failure_from_text(exception: str, stack_trace: str = "") -> pb.TaskFailureDetails:
    """`exception` is what a worker reports, "ValueError: text": the extension splits it into type and message."""
    error_type, separator, message = exception.partition(": ")
    if not separator or " " in error_type:
        error_type, message = "(unknown)", exception
    return pb.TaskFailureDetails(
        errorType=error_type, errorMessage=message, stackTrace=helpers.get_string_value(stack_trace)
    )
