"""The HTTP API of migrations: start, dry run, list, look, approve, cancel."""

import azure.durable_functions as df
import azure.functions as func

from arm.images import get_image
from arm.planning import draw_up_plan
from migration import names
from migration.approval import Approval, parse_approval
from migration.image import ManagedImage
from migration.outcome import Phase
from migration.problems import Problem, RequestInvalidError
from migration.request import MigrationRequest
from migration.settings import settings
from migration.starting import start_by_request
from triggers import hub
from triggers.deciding import Decider, Effect, decide
from triggers.identity import requester, signed_in
from triggers.responding import HttpProblemError, json_response, read_json, responding
from triggers.viewing import api_address, links, view

blueprint = df.Blueprint()

LARGEST_PAGE = 500
DEFAULT_PAGE = 100
TOO_LATE = {Phase.PROMOTING, Phase.DELETING_SOURCE}


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
    if not await hub.start(client, start):
        detail = "A migration of this source image is under way."
        raise HttpProblemError(409, "Already migrating", detail, migration=own["self"])
    return json_response({"id": start.id, "links": own}, 202, {"Location": own["self"]})


async def _source(request: MigrationRequest) -> ManagedImage:
    image = await get_image(request.source_image_id)
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


@blueprint.route("migrations", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def list_migrations(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_list(req, client))


async def _list(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    top, skip = _whole(req, "top", DEFAULT_PAGE, 1, LARGEST_PAGE), _whole(req, "skip", 0, 0, 10**9)
    found = await hub.find_all(client)
    address = api_address(req)
    page = [view(migration, address, with_plan=False) for migration in found[skip : skip + top]]
    more = f"{address}/migrations?top={top}&skip={skip + top}" if skip + top < len(found) else None
    return json_response({"migrations": page, "next": more})


def _whole(req: func.HttpRequest, name: str, default: int, least: int, most: int) -> int:
    text = req.params.get(name)
    if text is None:
        return default
    if not text.isdecimal() or len(text) > len(str(most)) or not least <= int(text) <= most:
        message = f"'{text}' is not a whole number from {least} to {most}"
        raise RequestInvalidError([Problem(field=name, code="Invalid", message=message)])
    return int(text)


@blueprint.route("migrations/{id}", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def get_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_get(req, client))


async def _get(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return json_response(view(await _find(req, client), api_address(req), with_plan=True))


async def _find(req: func.HttpRequest, client: df.DurableFunctionsClient) -> hub.Migration:
    migration_id = req.route_params["id"]
    found = await hub.find(client, migration_id)
    if found is None:
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    return found


@blueprint.route("migrations/{id}/approval", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def approve_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_approve(req, client))


async def _approve(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 for a decision that counts, or is on its way; 403 for one that may not; 409 for one that came too late.

    422 names every field that is not valid. A signed-in user's own name counts, whatever the body says.
    """
    found = await _find(req, client)
    payload = read_json(req)
    if found.status is None or not found.is_asking():
        raise _too_late(found.approval, f"The migration is in phase {found.phase}.")
    user = signed_in(req)
    if user is not None and isinstance(payload, dict):
        payload["approver"] = user.name
    event = parse_approval(payload, found.status.image_version_id)
    effect, counted = await decide(client, found, event, Decider.of(user, "api"))
    if effect is Effect.TOO_LATE:
        raise _too_late(counted, "The question was closed meanwhile.")
    return json_response({"id": found.id, "links": links(found.id, api_address(req))}, 202)


def _too_late(counted: Approval | None, otherwise: str) -> HttpProblemError:
    if counted is None:
        return HttpProblemError(409, "Not waiting for approval", otherwise)
    detail = f"It was decided before: {counted.decision} by {counted.approver}."
    return HttpProblemError(409, "Already decided", detail, approval=counted.dump())


@blueprint.route("migrations/{id}/ask-again", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def ask_again(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_ask_again(req, client))


async def _ask_again(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 when a source that was kept is asked about anew; 409 where there is nothing to ask."""
    found = await _find(req, client)
    if not await hub.ask_again(client, found):
        detail = "Only a migration that ended with its source kept, for another reason than policy, can be asked again."
        raise HttpProblemError(409, "Nothing to ask", detail)
    return json_response({"id": found.id, "links": links(found.id, api_address(req))}, 202)


@blueprint.route("migrations/{id}/audit", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def get_audit(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_audit(req, client))


async def _audit(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    found = await _find(req, client)
    return json_response({"id": found.id, "entries": [entry.dump() for entry in found.state.audit]})


@blueprint.route("migrations/{id}/cancel", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def cancel_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_cancel(req, client))


async def _cancel(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 once the cancel is on its way; 409 where it has ended, or was approved and is past cancelling."""
    found = await _find(req, client)
    body = read_json(req, optional=True)
    if not found.is_live or found.phase in TOO_LATE:
        raise HttpProblemError(409, "Too late to cancel", f"The migration is in phase {found.phase}.")
    reason = body.get("reason") if isinstance(body, dict) else None
    if not isinstance(reason, str | None):
        raise RequestInvalidError([Problem(field="reason", code="Invalid", message="it must be text")])
    await hub.tell(client, found.id, names.CANCEL_EVENT, {"reason": reason or f"by {requester(req).name}"})
    return json_response({"id": found.id, "links": links(found.id, api_address(req))}, 202)
