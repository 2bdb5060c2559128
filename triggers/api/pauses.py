"""The switch that stops starts, without a deployment."""

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.asking.orders import PauseOrder
from migration.values.answer import Refusal
from steering.runs.beginning import pause_now
from steering.upkeep.pausing import set_pause
from triggers.answering.identity import requester
from triggers.answering.responding import HttpProblemError, json_response, read_json, responding

blueprint = df.Blueprint()


@blueprint.route("pause", methods=["GET"])
async def get_pause(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the binding's
    return await responding(_pause_told())


async def _pause_told() -> func.HttpResponse:
    return json_response((await pause_now()).dump())


@blueprint.route("pause", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def post_pause(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_switch(req, client))


async def _switch(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """200 with how starts stand now; 409 where the setting pauses them; 422 for a body without `paused`."""
    order = PauseOrder.parse(read_json(req))
    result = await set_pause(DurableHub(client), paused=order.paused, reason=order.reason, by=requester(req).name)
    if isinstance(result, Refusal):
        raise HttpProblemError(409, "Paused by a setting", f"{result.message}.", code=result.code)
    return json_response(result.dump())
