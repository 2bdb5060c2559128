"""A trial of records, task hub and rights, for whoever has deployed the app."""

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.asking.orders import PlacesOrder
from migration.asking.reading import settings
from migration.telling.inventories import SelfTested
from steering.upkeep.trying import try_out
from triggers.answering.calls import Call
from triggers.answering.responding import json_response, read_json

blueprint = df.Blueprint()

SELF_TEST = Call(
    "POST",
    "self-test",
    "Tries the records, the task hub and the app's own rights, and tells of each whether it works.",
    body=PlacesOrder,
    gives=SelfTested,
)


@blueprint.route(SELF_TEST.path, methods=SELF_TEST.methods)
@blueprint.durable_client_input(client_name="client")
async def self_test(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await SELF_TEST.answer(req, _tried(req, client))


async def _tried(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """200 with what became of each trial, also where none worked; 500 for a wrong setting, 422 for what is no place."""
    order = PlacesOrder.parse(read_json(req, optional=True))
    parts = await try_out(DurableHub(client), settings(), order)
    return json_response(SelfTested(works=all(one.works for one in parts), parts=parts).dump())
