"""The sweep on demand: the same that is made by the clock."""

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.asking.orders import Order
from migration.asking.reading import settings
from migration.telling.inventories import SweepShown
from steering.upkeep.sweeping import sweep
from triggers.answering.calls import Call
from triggers.answering.responding import json_response, read_json

blueprint = df.Blueprint()

SWEEP = Call(
    "POST",
    "sweep",
    "Looks for tagged images that no event spoke of, and starts what is news.",
    body=Order,
    gives=SweepShown,
)


@blueprint.route(SWEEP.path, methods=SWEEP.methods)
@blueprint.durable_client_input(client_name="client")
async def sweep_now(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await SWEEP.answer(req, _sweep(req, client))


async def _sweep(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """200 with how tagged images were found, how many there are, and which migrations were started or run already."""
    Order.parse(read_json(req, optional=True))
    found = await sweep(DurableHub(client), settings())
    shown = SweepShown(via=found.via, tagged=found.tagged, started=found.started, under_way=found.under_way)
    return json_response(shown.dump())
