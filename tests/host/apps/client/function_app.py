"""An app that only asks and tells the engine through its durable client; refusals come as their gRPC code."""

import json

import azure.durable_functions as df
import azure.functions as func
import grpc
from durabletask import task
from durabletask.client import OrchestrationQuery
from durabletask.entities import EntityInstanceId

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def answer(value):
    return func.HttpResponse(json.dumps(value), mimetype="application/json")


async def attempt(call):
    try:
        return answer(await call)
    except grpc.RpcError as error:
        return func.HttpResponse(error.code().name, status_code=502)


def describe(state):
    payloads = [state.serialized_input, state.serialized_output, state.serialized_custom_status]
    return [state.instance_id, *(bool(payload) for payload in payloads)]


@app.orchestration_trigger(context_name="ctx")
def waits(ctx: task.OrchestrationContext, _):
    ctx.set_custom_status("waiting")
    return len((yield ctx.wait_for_external_event("Approval")))


@app.orchestration_trigger(context_name="ctx")
def gives_back(ctx: task.OrchestrationContext, letters: int):
    ctx.set_custom_status("done")
    return "x" * letters


@app.orchestration_trigger(context_name="ctx")
def sets_status(ctx: task.OrchestrationContext, letters: int):
    ctx.set_custom_status("x" * letters)
    return "set"


@app.route(route="start/{name}/{id}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    names = req.route_params
    return await attempt(
        client.schedule_new_orchestration(names["name"], input=req.get_json(), instance_id=names["id"])
    )


@app.route(route="raise/{id}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def raise_event(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await attempt(client.raise_orchestration_event(req.route_params["id"], "Approval", data=req.get_json()))


@app.route(route="states", methods=["GET"])
@app.durable_client_input(client_name="client")
async def list_states(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    query = OrchestrationQuery(
        instance_id_prefix=req.params.get("prefix"),
        max_instance_count=int(req.params.get("page", "0")),
        fetch_inputs_and_outputs="payloads" in req.params,
    )

    async def states():
        return [describe(state) for state in await client.get_all_orchestration_states(query)]

    return await attempt(states())


@app.route(route="state/{id}", methods=["GET"])
@app.durable_client_input(client_name="client")
async def get_state(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    state = await client.get_orchestration_state(req.route_params["id"], fetch_payloads="payloads" in req.params)
    return answer(describe(state))


@app.route(route="ended", methods=["GET"])
@app.durable_client_input(client_name="client")
async def list_ended(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    page = await client.list_instance_ids(page_size=2, continuation_token=req.params.get("token"))
    return answer([page.items, page.continuation_token])


@app.route(route="entity/{key}", methods=["GET"])
@app.durable_client_input(client_name="client")
async def get_entity(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    found = await client.get_entity(EntityInstanceId("Counter", req.route_params["key"]))
    return answer(found and found.get_typed_state(int))


@app.route(route="entity/{key}/{operation}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def signal_entity(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    counter = EntityInstanceId("Counter", req.route_params["key"])
    return await attempt(client.signal_entity(counter, req.route_params["operation"]))


@app.entity_trigger(context_name="context", entity_name="Counter")
def count(context: df.DurableEntityContext):
    match context.operation_name:
        case "add":
            context.set_state(context.get_state(lambda: 0) + 1)
        case "delete":
            context.destruct_on_exit()
