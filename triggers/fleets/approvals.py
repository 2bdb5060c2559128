"""A fleet that is approved as one, for programs: what its images ask now, and a decision about each of them."""

from urllib.parse import urlencode

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.asking.reading import settings
from migration.fleet.fleet import FleetApproval
from migration.telling.of_fleets.due import asking
from migration.telling.of_fleets.shown import FleetDecided, FleetDecision, FleetQuestions
from migration.telling.of_fleets.standing import FleetStand
from migration.values.words.capitals import capitalised
from steering.fleets.approving.asking import look_at, open_questions
from steering.fleets.approving.deciding import FleetAnswer, decide_each, refused_to_all
from steering.fleets.standing import stand_of
from triggers.answering.calls import Call
from triggers.answering.identity import decider_of, signed_in
from triggers.answering.parameters import place, whole
from triggers.answering.responding import LONGEST_FLEET_BYTES, HttpProblemError, json_response, read_json
from triggers.fleets.finding import find_fleet
from triggers.fleets.naming import images_named
from triggers.fleets.showing import counts, result_shown, shown

blueprint = df.Blueprint()

QUESTIONS_PER_PAGE = 100
LARGEST_PAGE = 200
_REFUSES = (404, 409)
QUESTIONS = Call(
    "GET",
    "fleets/{id}/questions",
    "Shows which images of a fleet ask now, what was checked of each, and what a decision would do: read anew.",
    query=(
        whole("top", f"most of a page; {QUESTIONS_PER_PAGE} where nothing is said", LARGEST_PAGE),
        place(r"[0-9]{1,5}"),
    ),
    gives=FleetQuestions,
    refuses=_REFUSES,
)
DECIDE = Call(
    "POST",
    "fleets/{id}/approval",
    "Decides about images of a fleet that were shown, each by itself.",
    body=FleetDecision,
    gives=FleetDecided,
    status=202,
    refuses=_REFUSES,
)


@blueprint.route(QUESTIONS.path, methods=QUESTIONS.methods)
async def get_fleet_questions(req: func.HttpRequest) -> func.HttpResponse:
    return await QUESTIONS.answer(req, _questions(req))


async def _questions(req: func.HttpRequest) -> func.HttpResponse:
    """200 with a page of the images that ask, those first against which something stands. Decides nothing."""
    stand, given, current = await _stand(req), QUESTIONS.given(req), settings()
    top = given["top"] or QUESTIONS_PER_PAGE
    found, last = await open_questions(stand, int(given["after"] or 0), top)
    seen = await look_at(found, decider_of(signed_in(req), "api"), current)
    told = FleetQuestions(
        id=stand.fleet.id,
        name=stand.fleet.name,
        approval=stand.fleet.terms.approval,
        asking=len(asking(stand)),
        counts=counts(seen),
        questions=[shown(one, current) for one in seen],
        next_link=f"{req.url.partition('?')[0]}?{urlencode({'top': top, 'after': last})}" if last else None,
    )
    return json_response(told.dump())


@blueprint.route(DECIDE.path, methods=DECIDE.methods)
@blueprint.durable_client_input(client_name="client")
async def approve_fleet(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await DECIDE.answer(req, _decide(req, client))


async def _decide(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 with what came of it for each image, where it counts for any, or not all were reached; 403 where whoever
    decides may decide about none, 409 where it counts for none; 422 names every field that is not valid.

    A signed-in user's own name counts, whatever the body says.
    """
    payload, user = read_json(req, most=LONGEST_FLEET_BYTES), signed_in(req)
    if user is not None and user.is_person and isinstance(payload, dict):
        payload["approver"] = user.name
    stand = await _stand(req)
    order = FleetDecision.parse(payload)
    if stand.fleet.terms.approval is not FleetApproval.FLEET:
        detail = "People decide about each image of this fleet by itself."
        raise HttpProblemError(409, "Not approved as one", detail, code="FleetDecidesEach")
    named = images_named(order, stand)
    answer = FleetAnswer(order.decision, order.approver, order.comment, decider_of(user, "api"))
    results = await decide_each(DurableHub(client), stand, named, answer, settings())
    told = [result_shown(one) for one in results]
    decided = sum(one.decided for one in told)
    body = FleetDecided(id=stand.fleet.id, decided=decided, not_decided=len(told) - decided, results=told).dump()
    if decided or any(one.is_to_be_sent_again for one in results):
        return json_response(body, 202)
    if (refusal := refused_to_all(results)) is not None:
        detail = f"{capitalised(refusal.message)}."
        raise HttpProblemError(403, "Not allowed to decide", detail, code=refusal.code, results=body["results"])
    detail = "It counts for none of these images: `results` says why."
    raise HttpProblemError(409, "Nothing was decided", detail, code="NothingDecided", results=body["results"])


async def _stand(req: func.HttpRequest) -> FleetStand:
    """Return how the fleet stands that a request names; raises HttpProblemError 404 where there is none."""
    return await stand_of((await find_fleet(req)).fleet)
