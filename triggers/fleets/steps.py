"""What people do with a fleet over HTTP: pause, resume, cancel, retry what failed."""

from collections.abc import Awaitable

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.fleet.fleet import Fleet
from migration.fleet.moving import FleetMove
from migration.telling.of_fleets.answers import FleetShown, FleetStep
from migration.values.answer import Refusal
from migration.values.words.capitals import capitalised
from steering.fleets.running.steering import retry, steer
from triggers.answering.calls import Call
from triggers.answering.identity import requester
from triggers.answering.responding import HttpProblemError, json_response, read_json
from triggers.api.viewing import api_address
from triggers.fleets.finding import find_fleet

blueprint = df.Blueprint()


def _call(move: FleetMove, says: str) -> Call:
    return Call("POST", f"fleets/{{id}}/{move}", says, body=FleetStep, gives=FleetShown, status=202, refuses=(404, 409))


PAUSE = _call(FleetMove.PAUSE, "Has a fleet start nothing more for now; what is under way goes on.")
RESUME = _call(FleetMove.RESUME, "Has a paused fleet go on.")
CANCEL_FLEET = _call(FleetMove.CANCEL, "Has a fleet start nothing more, and cancels what can be cancelled of it.")
RETRY = _call(FleetMove.RETRY, "Puts the failed images of a fleet back to waiting, each for a run of its own.")


@blueprint.route(PAUSE.path, methods=PAUSE.methods)
@blueprint.durable_client_input(client_name="client")
async def pause_fleet(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await PAUSE.answer(req, _stepped(req, client, FleetMove.PAUSE))


@blueprint.route(RESUME.path, methods=RESUME.methods)
@blueprint.durable_client_input(client_name="client")
async def resume_fleet(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await RESUME.answer(req, _stepped(req, client, FleetMove.RESUME))


@blueprint.route(CANCEL_FLEET.path, methods=CANCEL_FLEET.methods)
@blueprint.durable_client_input(client_name="client")
async def cancel_fleet(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await CANCEL_FLEET.answer(req, _stepped(req, client, FleetMove.CANCEL))


@blueprint.route(RETRY.path, methods=RETRY.methods)
@blueprint.durable_client_input(client_name="client")
async def retry_fleet(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await RETRY.answer(req, _stepped(req, client, FleetMove.RETRY))


async def _stepped(req: func.HttpRequest, client: df.DurableFunctionsClient, move: FleetMove) -> func.HttpResponse:
    """202 with the fleet as it stands now; 409 where it is over or cancelled. The rest follows at its next look."""
    reason = FleetStep.parse(read_json(req, optional=True)).reason
    held, hub, who = await find_fleet(req), DurableHub(client), requester(req)
    taken: Awaitable[Fleet | Refusal] = (
        retry(hub, held, by=who.name, ids=who.ids, reason=reason)
        if move is FleetMove.RETRY
        else steer(hub, held, move, by=who.name, reason=reason)
    )
    result = await taken
    if isinstance(result, Refusal):
        raise HttpProblemError(409, "The fleet has ended", f"{capitalised(result.message)}.", code=result.code)
    return json_response(FleetShown.of(result, api_address(req)).dump(), 202)
