"""Failures as the durable extension words them: of the app's functions, and of what the engine refuses."""

import json

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


def custom_status_too_large(custom_status: str, most: int) -> pb.TaskFailureDetails | None:
    size = len(custom_status.encode("utf-16-le"))
    if size <= most:
        return None
    limits = f"limit = {most / 1024:g} KB (UTF-16), actual = {size / 1024:.2f} KB"
    return failure_from_text(f"System.ArgumentException: CustomStatus is too large: {limits}.")


def no_such_function(name: str, kind: str, known: list[str]) -> str:
    """`kind` is orchestrator, activity or entity."""
    names = f"The following are the known {kind} functions: '{"', '".join(known)}'."
    info = names if known else f"No {kind} functions are currently registered!"
    return f"The function '{name}' doesn't exist, is disabled, or is not an {kind} function. Additional info: {info}"


def failed_turn(instance_id: str, failure: pb.TaskFailureDetails, output: str | None = None) -> pb.OrchestratorResponse:
    """A turn of an orchestration that ends it, and does nothing else."""
    ended = helpers.new_complete_orchestration_action(
        -1, pb.ORCHESTRATION_STATUS_FAILED, output, failure_details=failure
    )
    return pb.OrchestratorResponse(instanceId=instance_id, actions=[ended])


def turn_of_a_missing_function(instance_id: str, message: str) -> pb.OrchestratorResponse:
    """Such an orchestration fails with an output of its own shape."""
    failure = failure_from_text(f"System.ArgumentException: {message}")
    return failed_turn(instance_id, failure, json.dumps({"message": message, "details": None}))
