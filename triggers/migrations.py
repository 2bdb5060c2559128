"""The HTTP API of migrations: start, dry run, list, look."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import azure.durable_functions as df
import azure.functions as func

from arm.images import get_image
from arm.planning import draw_up_plan
from migration.image import ManagedImage
from migration.image_record import Stage
from migration.problems import Problem, RequestInvalidError
from migration.request import MigrationRequest
from migration.settings import has_storage, settings
from migration.shortening import short_approval
from migration.starting import start_by_request
from records.index import Row, page
from triggers import beginning, hub
from triggers.finding import find_migration, find_question
from triggers.identity import requester
from triggers.responding import HttpProblemError, json_response, read_json, responding
from triggers.viewing import api_address, links, plan_of, view

blueprint = df.Blueprint()

LARGEST_PAGE = 500
DEFAULT_PAGE = 100
READ_AT_ONCE = 10


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
    """A page out of the list of records, which `next` continues; live ones are shown as they stand now."""
    top, after = _whole(req, "top", DEFAULT_PAGE, 1, LARGEST_PAGE), req.params.get("after")
    found = await page(top, after)
    limit = asyncio.Semaphore(READ_AT_ONCE)

    async def seen(row: Row) -> dict[str, Any]:
        async with limit:
            return view(await hub.as_it_is(client, row), address)

    address = api_address(req)
    shown = await asyncio.gather(*map(seen, found.rows))
    more = f"{address}/migrations?{urlencode({'top': top, 'after': found.next})}" if found.next else None
    return json_response({"migrations": shown, "next": more, "unreadable": found.unreadable})


def _whole(req: func.HttpRequest, name: str, default: int, least: int, most: int) -> int:
    text = req.params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)) or not least <= int(text) <= most:
        message = f"'{text}' is not a whole number from {least} to {most}"
        raise RequestInvalidError([Problem(field=name, code="Invalid", message=message)])
    return int(text)


@blueprint.route("migrations/{id}", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def get_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_get(req, client))


async def _get(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """One migration, with its plan and, while it is asked, the token that lets an event from outside count."""
    found = await find_migration(req, client)
    question = await find_question(found.id)
    callback = question.callback if question and question.stage is Stage.OPEN else None
    shown = view(found, api_address(req)) | {"plan": plan_of(found), "callback": callback}
    return json_response(shown | _decision(found, question))


def _decision(found: hub.Migration, question: Question | None) -> dict[str, Any]:
    """Return the decision that stands in the record, of which the migration itself may not have heard yet."""
    if question is None or question.approval is None or found.approval or question.start.run != found.run:
        return {}
    decided_at = question.decided_at.isoformat() if question.decided_at else None
    return {"approval": short_approval(question.approval).dump(), "decidedAt": decided_at, "waitingFor": None}


async def _question(migration_id: str) -> Question | None:
    record = await load(migration_id) if has_storage(settings()) else None
    return record.question if record else None


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
    """202 for a decision that counts; 403 for one that may not; 409 for one that came too late.

    422 names every field that is not valid. A signed-in user's own name counts, whatever the body says.
    """
    found = await _find(req, client)
    payload = read_json(req)
    question = await _question(found.id)
    if question is None or question.stage is not Stage.OPEN:
        await hub.wake(client, found.id, names.APPROVAL_EVENT, LOOK)  # it may not know yet
        raise _too_late(question, f"The migration is in phase {found.phase}.")
    user = signed_in(req)
    if user is not None and isinstance(payload, dict):
        payload["approver"] = user.name
    event = parse_approval(payload, question.copied.image_version_id)
    result = await decide(client, question, event, decider_of(user, "api"))
    if isinstance(result, Refusal):
        raise _too_late(await _question(found.id), f"{result.message}.")
    return json_response({"id": found.id, "links": links(found.id, api_address(req))}, 202)


def _too_late(question: Question | None, otherwise: str) -> HttpProblemError:
    counted = question.approval if question else None
    if counted is None:
        return HttpProblemError(409, "Not waiting for approval", otherwise)
    detail = f"It was decided before: {counted.decision} by {counted.approver}."
    return HttpProblemError(409, "Already decided", detail, approval=counted.dump())


@blueprint.route("migrations/{id}/ask-again", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def ask_again(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_ask_again(req, client))


async def _ask_again(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 when an open question, or a source that was kept, is asked about anew; 409 where there is nothing to ask.

    Whoever asks again becomes the requester. Of several at once, one counts.
    """
    found = await _find(req, client)
    refusal = await hub.ask_again(client, found, requester(req))
    if refusal is not None:
        detail = f"{refusal.message[:1].upper()}{refusal.message[1:]}."
        raise HttpProblemError(409, "Nothing to ask", detail, code=refusal.code)
    return json_response({"id": found.id, "links": links(found.id, api_address(req))}, 202)


@blueprint.route("migrations/{id}/audit", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def get_audit(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_audit(req, client))


async def _audit(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    found = await _find(req, client)
    return json_response(
        {"id": found.id, "entries": [entry.dump() for entry in found.state.audit] if found.state else []}
    )


@blueprint.route("migrations/{id}/cancel", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def cancel_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_cancel(req, client))


async def _cancel(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202: no delete was sent, and none will be; 409 where one was, or where the migration has ended."""
    found = await _find(req, client)
    body = read_json(req, optional=True)
    reason = body.get("reason") if isinstance(body, dict) else None
    if not isinstance(reason, str | None):
        raise RequestInvalidError([Problem(field="reason", code="Invalid", message="it must be text")])
    if not found.is_live or not await cancel(client, found, reason or f"by {requester(req).name}"):
        raise HttpProblemError(409, "Too late to cancel", f"The migration is in phase {found.phase}.")
    return json_response({"id": found.id, "links": links(found.id, api_address(req))}, 202)
