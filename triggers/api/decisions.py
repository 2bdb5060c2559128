"""What people do with a migration over HTTP: decide, ask again, cancel."""

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration import names
from migration.approval.approval import (
    Approval,
    ApprovalEvent,
    Decision,
    DecisionOrder,
    parse_approval,
    run_decided,
)
from migration.asking.orders import CancelOrder, Order
from migration.asking.reading import settings
from migration.record.asked import Asked, asked_of
from migration.record.image_record import OTHER_RUN
from migration.record.run import Run
from migration.telling.answers import Accepted, DecisionCounted
from migration.telling.status import told_decision
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from migration.values.words.capitals import capitalised
from migration.values.words.spans import in_words
from records.store import look_again
from steering.runs import asking_again, cancelling
from steering.runs.deciding import OTHER_QUESTION, NotAllowed, decide
from steering.runs.looking_after import look_after, wake
from triggers.answering.calls import Call
from triggers.answering.identity import decider_of, requester, signed_in
from triggers.answering.responding import HttpProblemError, json_response, read_json, refuse_paused
from triggers.api.viewing import api_address, links
from triggers.finding.migrations import Found, find_migration, refuse_gone

blueprint = df.Blueprint()

_REFUSES = (404, 409)
APPROVE = Call(
    "POST",
    "migrations/{id}/approval",
    "Decides the question that a migration asks.",
    body=DecisionOrder,
    gives=DecisionCounted,
    status=202,
    refuses=_REFUSES,
)
ASK_AGAIN = Call(
    "POST",
    "migrations/{id}/ask-again",
    "Asks anew: a question that is open, or in a run after one that has ended.",
    body=Order,
    gives=Accepted,
    status=202,
    refuses=_REFUSES,
)
CANCEL = Call(
    "POST",
    "migrations/{id}/cancel",
    "Cancels a run until the delete is sent.",
    body=CancelOrder,
    gives=Accepted,
    status=202,
    refuses=_REFUSES,
)


@blueprint.route(APPROVE.path, methods=APPROVE.methods)
@blueprint.durable_client_input(client_name="client")
async def approve_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await APPROVE.answer(req, _approve(req, client))


async def _approve(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 for a decision that counts, and as what; 403 for one that may not; 409 for one that came too late.

    422 names every field that is not valid. A signed-in user's own name counts, whatever the body says. It is for the
    run that the body names, else for the latest: a version that is asked about again tells no run from another.
    """
    payload = read_json(req)
    user = signed_in(req)
    if user is not None and user.is_person and isinstance(payload, dict):
        payload["approver"] = user.name
    found, hub = await find_migration(req), DurableHub(client)
    run_id = run_decided(payload)
    if run_id and run_id != found.run.id:
        detail = f"The decision is for another run than the latest, which is {found.run.id}."
        raise HttpProblemError(409, "Not waiting for approval", detail, code=OTHER_RUN.code)
    asked = asked_of(found.id, found.run)
    if asked is None or not asked.is_open:
        await wake(hub, found.id, names.APPROVAL_EVENT)  # it may not know yet
        raise _too_late(found.run)
    event = parse_approval(payload, asked.version_id)
    if not await look_after(hub, found.held):
        raise await _stopped(found)
    result = await decide(found.held, asked, event, decider_of(user, "api"), settings())
    if isinstance(result, NotAllowed):
        raise HttpProblemError(403, "Not allowed to decide", f"{result.message}.", code=result.code)
    if isinstance(result, Refusal) and result.code == OTHER_QUESTION and asked.question.soaked_since:
        raise HttpProblemError(409, "Another question", f"{capitalised(result.message)}.", code=result.code)
    if isinstance(result, Refusal):
        refuse_gone(found.held)
        raise _too_late(found.held.run, f"{result.message}.")
    await wake(hub, found.id, names.APPROVAL_EVENT)
    counted = DecisionCounted(
        id=found.id,
        run=asked.run.id,
        links=links(found.id, api_address(req)),
        decision=result.decision,
        note=_less_than_asked(event, result, asked),
    )
    return json_response(counted.dump(), 202)


def _less_than_asked(event: ApprovalEvent, approval: Approval, asked: Asked) -> str | None:
    """Say that a decision counts as less than was asked for, and why."""
    if event.decision is Decision.APPROVE and approval.decision is Decision.ACCEPT:
        if asked.question.precedes_soak:
            later = f"{in_words(asked.plan.soak)} later another question asks about its delete"
            return f"The version is accepted, the source kept for now: {later}, for which this answer does not count."
        return "Nothing asks whether the source may be deleted: the version is accepted, the source kept."
    return None


async def _stopped(found: Found) -> HttpProblemError:
    run = (await look_again(found.held)).run or found.run
    refuse_gone(found.held)
    detail = run.outcome.reason if run.outcome else "it has been stopped from outside, or is just being started"
    return HttpProblemError(409, "Not waiting for approval", f"{capitalised(detail)}.", code="MigrationEnded")


def _too_late(run: Run | None, otherwise: str = "") -> HttpProblemError:
    counted = run.question.approval if run and run.question else None
    if run is None or counted is None:
        phase = run.phase if run else "Done"
        return HttpProblemError(409, "Not waiting for approval", otherwise or f"The migration is in phase {phase}.")
    detail = f"It was decided before: {counted.decision} by {counted.approver}."
    if run.phase is Phase.SOAKING and run.soak is not None:
        detail += f" The delete is asked about on {run.soak.next_look_at:%Y-%m-%d %H:%M} UTC at the earliest."
    return HttpProblemError(409, "Already decided", detail, approval=told_decision(counted).dump())


@blueprint.route(ASK_AGAIN.path, methods=ASK_AGAIN.methods)
@blueprint.durable_client_input(client_name="client")
async def ask_again(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await ASK_AGAIN.answer(req, _ask_again(req, client))


async def _ask_again(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 when an open question, or what ended with its source kept, is asked anew; 409 where there is nothing to ask.

    Whoever asks again becomes a requester. Of several at once, one counts.
    """
    Order.parse(read_json(req, optional=True))
    found = await find_migration(req)
    hub = DurableHub(client)
    result = await asking_again.ask_again(hub, found.held, found.run, requester(req), settings())
    if isinstance(result, Refusal):
        refuse_paused(result)
        refuse_gone(found.held)
        detail = f"{capitalised(result.message)}."
        raise HttpProblemError(409, "Nothing to ask", detail, code=result.code)
    return json_response(Accepted(id=found.id, run=result.id, links=links(found.id, api_address(req))).dump(), 202)


@blueprint.route(CANCEL.path, methods=CANCEL.methods)
@blueprint.durable_client_input(client_name="client")
async def cancel_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await CANCEL.answer(req, _cancel(req, client))


async def _cancel(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202: no delete was sent, and none will be; 409 where one may have been, or where nothing is left to cancel.

    It is for one run: the one that the body names, else the latest when the request came.
    """
    order = CancelOrder.parse(read_json(req, optional=True))
    found = await find_migration(req)
    run_id = order.run or found.run.id
    refusal = await cancelling.cancel(DurableHub(client), found.held, run_id, order.reason or "over the API")
    if refusal is not None:
        refuse_gone(found.held)
        detail = f"{capitalised(refusal.message)}."
        title = "Nothing to cancel" if refusal.code == "NothingToCancel" else "Too late to cancel"
        raise HttpProblemError(409, title, detail, code=refusal.code)
    return json_response(Accepted(id=found.id, run=run_id, links=links(found.id, api_address(req))).dump(), 202)
