"""Orchestrations in the native and in the v1 style, entities, sub-orchestrations, and a client."""

import json
import os
from datetime import timedelta
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func
from durabletask import task
from durabletask.entities import EntityInstanceId

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)


def note(line):
    """Tell the test that this ran: the file outlives the worker."""
    if path := os.environ.get("NOTES"):
        with Path(path).open("a", encoding="utf-8") as notes:
            notes.write(line + "\n")


@app.activity_trigger(input_name="name")
def greet(name: str) -> str:
    note(f"greet {name}")
    return f"Hello {name}"


@app.activity_trigger(input_name="number")
async def square(number: int) -> int:
    note(f"square {number}")
    return number * number


@app.activity_trigger(input_name="text")
def explode(text: str):
    note(f"explode {text}")
    raise LookupError(text)


@app.activity_trigger(input_name="path")
def read_file(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


@app.activity_trigger(input_name="nothing")
def give_nothing(nothing) -> None:
    assert nothing is None


@app.orchestration_trigger(context_name="context")
def v1_chain(context: df.DurableOrchestrationContext):
    names = context.get_input() or ["Tokyo", "Seattle"]
    greetings = []
    for name in names:
        greeting = yield context.call_activity("greet", name)
        greetings.append(greeting)
    context.set_custom_status({"greeted": len(greetings)})
    return greetings


@app.orchestration_trigger(context_name="ctx")
def native_fan_out(ctx: task.OrchestrationContext, numbers: list):
    squares = yield task.when_all([ctx.call_activity("square", input=number) for number in numbers])
    return sum(squares)


@app.orchestration_trigger(context_name="ctx", orchestration="renamed_parent")
def parent(ctx: task.OrchestrationContext, names: list):
    lists = yield task.when_all([ctx.call_sub_orchestrator("v1_chain", input=[name]) for name in names])
    return [greeting for greetings in lists for greeting in greetings]


@app.orchestration_trigger(context_name="ctx")
def wait_for_event(ctx: task.OrchestrationContext, _):
    ctx.set_custom_status("waiting")
    return (yield ctx.wait_for_external_event("Approval"))


@app.orchestration_trigger(context_name="ctx")
def short_timer(ctx: task.OrchestrationContext, milliseconds: int):
    yield ctx.create_timer(timedelta(milliseconds=milliseconds))
    return "done"


@app.orchestration_trigger(context_name="ctx")
def catches_failure(ctx: task.OrchestrationContext, text: str):
    try:
        yield ctx.call_activity("explode", input=text)
    except task.TaskFailedError as error:
        return {"type": error.details.error_type, "message": error.details.message}


@app.orchestration_trigger(context_name="ctx")
def fails_until_file_exists(ctx: task.OrchestrationContext, path: str):
    greeting = yield ctx.call_activity("greet", input="Ada")
    return [greeting, (yield ctx.call_activity("read_file", input=path))]


@app.orchestration_trigger(context_name="ctx")
def calls_what_is_missing(ctx: task.OrchestrationContext, _):
    yield ctx.call_activity("no_such_activity")


@app.orchestration_trigger(context_name="ctx")
def passes_nothing(ctx: task.OrchestrationContext, given):
    assert given is None
    return (yield ctx.call_activity("give_nothing"))


@app.orchestration_trigger(context_name="ctx")
def counts_up(ctx: task.OrchestrationContext, number: int):
    yield ctx.call_activity("square", input=number)
    if number < 5:
        ctx.continue_as_new(number + 1)
        return None
    return number


@app.orchestration_trigger(context_name="ctx")
def asks_entity(ctx: task.OrchestrationContext, amount: int):
    counter = EntityInstanceId("Counter", "shared")
    ctx.signal_entity(counter, "add", amount)
    return (yield ctx.call_entity(counter, "get"))


@app.entity_trigger(context_name="context", entity_name="Counter")
def count(context: df.DurableEntityContext):
    value = context.get_state(lambda: 0)
    note(f"entity {context.operation_name}")
    if context.operation_name == "add":
        context.set_state(value + context.get_input())
    context.set_result(context.get_state(lambda: 0))


@app.route(route="start/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    body = req.get_body()
    instance_id = await client.start_new(req.route_params["name"], client_input=json.loads(body) if body else None)
    return client.create_check_status_response(req, instance_id)


@app.route(route="run/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def run(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    instance_id = await client.start_new(req.route_params["name"], client_input=req.get_json())
    state = await client.wait_for_orchestration_completion(instance_id, timeout=20)
    return func.HttpResponse(state.serialized_output, mimetype="application/json")


@app.route(route="start_sync/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
def start_sync(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    instance_id = client.schedule_new_orchestration(req.route_params["name"], input=req.get_json())
    return client.create_check_status_response(req, instance_id)


@app.orchestration_trigger(context_name="context")
def calls_http(context: df.DurableOrchestrationContext):
    response = yield context.call_http("GET", context.get_input())
    return [response.status_code, response.content]
