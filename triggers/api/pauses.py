"""The switch that stops starts, without a deployment."""

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.asking.orders import PauseOrder
from migration.asking.reading import settings
from migration.telling.inventories import PauseShown
from migration.values.answer import Refusal
from steering.runs.beginning import pause_now
from steering.upkeep.pausing import set_pause
from triggers.answering.calls import Call
from triggers.answering.identity import requester
from triggers.answering.responding import HttpProblemError, json_response, read_json

blueprint = df.Blueprint()

TELL = Call("GET", "pause", "Tells whether anything new is started.", gives=PauseShown)
SWITCH = Call(
    "POST",
    "pause",
    "Switches whether anything new is started.",
    body=PauseOrder,
    gives=PauseShown,
    refuses=(409,),
)


@blueprint.route(TELL.path, methods=TELL.methods)
async def get_pause(req: func.HttpRequest) -> func.HttpResponse:
    return await TELL.answer(req, _pause_told())


async def _pause_told() -> func.HttpResponse:
    return json_response(PauseShown.model_validate((await pause_now(settings())).__dict__).dump())


@blueprint.route(SWITCH.path, methods=SWITCH.methods)
@blueprint.durable_client_input(client_name="client")
async def post_pause(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await SWITCH.answer(req, _switch(req, client))


async def _switch(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """200 with how starts stand now; 409 where the setting pauses them; 422 for a body without `paused`."""
    order = PauseOrder.parse(read_json(req))
    hub, by = DurableHub(client), requester(req).name
    result = await set_pause(hub, settings(), paused=order.paused, reason=order.reason, by=by)
    if isinstance(result, Refusal):
        raise HttpProblemError(409, "Paused by a setting", f"{result.message}.", code=result.code)
    return json_response(PauseShown.model_validate(result.__dict__).dump())
