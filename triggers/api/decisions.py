"""What people do with a migration over HTTP: decide, ask again, cancel, read who did what."""

import azure.durable_functions as df
import azure.functions as func

from migration import names
from migration.approval.approval import parse_approval
from migration.approval.image_record import ImageRecord, Question, Stage
from migration.asking.settings import has_storage, settings
from migration.course.audit import AuditEntry, confirmed, decision_entry, tells
from migration.course.shortening import short_entry
from migration.values.answer import Refusal
from migration.values.ids import is_instance_id
from migration.values.problems import Problem, RequestInvalidError
from records.runs import Run, runs_of
from records.store import load
from triggers.answering.identity import requester, signed_in
from triggers.answering.responding import HttpProblemError, json_response, read_json, responding
from triggers.api.viewing import api_address, links
from triggers.steering import beginning, hub
from triggers.steering.cancelling import Target, cancel
from triggers.steering.deciding import LOOK, decide, decider_of
from triggers.steering.finding import find_migration

blueprint = df.Blueprint()


@blueprint.route("migrations/{id}/approval", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def approve_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_approve(req, client))


async def _approve(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 for a decision that counts; 403 for one that may not; 409 for one that came too late.

    422 names every field that is not valid. A signed-in user's own name counts, whatever the body says.
    """
    found, held = await find_migration(req, client)
    payload = read_json(req)
    question = held.question
    if question is None or question.stage is not Stage.OPEN:
        await hub.wake(client, found.id, names.APPROVAL_EVENT, LOOK)  # it may not know yet
        raise _too_late(question, f"The migration is in phase {found.phase}.")
    user = signed_in(req)
    if user is not None and isinstance(payload, dict):
        payload["approver"] = user.name
    event = parse_approval(payload, question.copied.image_version_id)
    result = await decide(client, question, event, decider_of(user, "api"), held=held)
    if isinstance(result, Refusal):
        raise _too_late(held.question, f"{result.message}.")
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
    found, held = await find_migration(req, client)
    refusal = await beginning.ask_again(client, found, held, requester(req))
    if refusal is not None:
        detail = f"{refusal.message[:1].upper()}{refusal.message[1:]}."
        raise HttpProblemError(409, "Nothing to ask", detail, code=refusal.code)
    return json_response({"id": found.id, "links": links(found.id, api_address(req))}, 202)


@blueprint.route("migrations/{id}/audit", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def get_audit(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_audit(req, client))


async def _audit(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """The entries of the latest run, and the earlier runs of the image: across purges, and new task hubs."""
    migration_id = req.route_params["id"]
    is_kept = is_instance_id(migration_id) and has_storage(settings())
    found = await hub.find(client, migration_id)
    record = await load(migration_id) if is_kept else None
    runs = await runs_of(migration_id) if is_kept else []
    if found is None and not runs:
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    latest = confirmed(_told(found, record, runs), record.decisions if record else [])
    known = [short_entry(entry) for entry in latest]
    earlier = [run.dump() for run in runs if any(short_entry(entry) not in known for entry in run.audit)]
    return json_response({"id": migration_id, "entries": [entry.dump() for entry in latest], "earlier": earlier})


def _told(found: hub.Migration | None, record: ImageRecord | None, runs: list[Run]) -> list[AuditEntry]:
    """Return what the latest run tells, with the decision that stands in the record, of which it may not know yet."""
    if found is None or found.state is None:
        return runs[0].audit if runs else []
    decision = record.decision_on(found.run) if record else None
    if decision is None or tells(found.state.audit, decision):
        return found.state.audit
    return [*found.state.audit, decision_entry(decision.approval, decision.at, found.state.verified_at)]


@blueprint.route("migrations/{id}/cancel", methods=["POST"])
@blueprint.durable_client_input(client_name="client")
async def cancel_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_cancel(req, client))


async def _cancel(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202: no delete was sent, and none will be; 409 where one was, or where nothing is left to cancel."""
    found, held = await find_migration(req, client)
    body = read_json(req, optional=True)
    reason = body.get("reason") if isinstance(body, dict) else None
    if not isinstance(reason, str | None):
        raise RequestInvalidError([Problem(field="reason", code="Invalid", message="it must be text")])
    if not await cancel(client, Target.of(found), reason or f"by {requester(req).name}", held):
        raise HttpProblemError(409, "Too late to cancel", f"The migration is in phase {found.phase}.")
    return json_response({"id": found.id, "links": links(found.id, api_address(req))}, 202)
