"""The HTTP API of migrations: start, dry run, list, look."""

import azure.durable_functions as df
import azure.functions as func

from arm.errors import ArmRefusedError
from arm.images import get_image
from arm.planning import draw_up_plan
from migration.approval.image_record import Stage
from migration.asking.request import MigrationRequest
from migration.asking.settings import settings
from migration.course.starting import start_by_request
from migration.resources.image import ManagedImage
from migration.values.problems import Problem, RequestInvalidError
from triggers.answering.identity import requester
from triggers.answering.responding import HttpProblemError, json_response, read_json, responding
from triggers.api.viewing import api_address, links, plan_of, view
from triggers.steering import beginning
from triggers.steering.finding import find_migration

blueprint = df.Blueprint()


@blueprint.route("migrations", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def start_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_start(req, client))


async def _start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 with the migration's own links; 409 where one of the same source is live; 422 for a bad request."""
    request = MigrationRequest.parse(read_json(req))
    image = await _source(request)
    start = start_by_request(request, image, requester(req), settings())
    own = links(start.id, api_address(req))
    if not await beginning.start(client, start):
        detail = "A migration of this source image is under way."
        raise HttpProblemError(409, "Already migrating", detail, migration=own["self"])
    return json_response({"id": start.id, "links": own}, 202, {"Location": own["self"]})


async def _source(request: MigrationRequest) -> ManagedImage:
    """Return the image; that it may not be read, or makes no sense, is a problem of its id as well."""
    try:
        image = await get_image(request.source_image_id)
    except ArmRefusedError as error:
        raise RequestInvalidError([Problem(field="sourceImageId", code=error.code, message=error.message)]) from error
    if image is None:
        message = f"there is no managed image {request.source_image_id}"
        raise RequestInvalidError([Problem(field="sourceImageId", code="NotFound", message=message)])
    return image


@blueprint.route("migrations/plan", methods=["POST"])
async def plan_only(req: func.HttpRequest) -> func.HttpResponse:
    return await responding(_plan(req))


async def _plan(req: func.HttpRequest) -> func.HttpResponse:
    """200 with the plan, 422 with every problem. Writes nothing and starts nothing."""
    request = MigrationRequest.parse(read_json(req))
    image = await _source(request)
    result = await draw_up_plan(start_by_request(request, image, requester(req), settings()))
    if result.plan is None:
        raise RequestInvalidError(result.problems)
    return json_response(result.plan.dump() | {"imageVersionId": result.plan.image_version_id})


@blueprint.route("migrations/{id}", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def get_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_get(req, client))


async def _get(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """One migration, with its plan and, while it is asked, the token that lets an event from outside count."""
    found = await find_migration(req, client)
    migration, question = found.migration, found.held.question
    callback = question.callback if question and question.stage is Stage.OPEN else None
    return json_response(view(migration, api_address(req)) | {"plan": plan_of(migration), "callback": callback})
