"""The sweep on demand: the same that is made by the clock."""

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from steering.upkeep.sweeping import sweep
from triggers.answering.responding import json_response, refuse_unwanted, responding

blueprint = df.Blueprint()


@blueprint.route("sweep", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def sweep_now(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_sweep(req, client))


async def _sweep(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """200 with how tagged images were found, how many there are, and which migrations were started or run already."""
    refuse_unwanted(req)
    found = await sweep(DurableHub(client))
    body = {"via": found.via, "tagged": found.tagged, "started": found.started, "underWay": found.under_way}
    return json_response(body)
