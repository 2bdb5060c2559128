"""Fleets over HTTP: begin one, list them, look at one and its images, take the file of its results."""

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.fleet.member import MOST_MEMBERS
from migration.fleet.order import FleetOrder
from migration.telling.of_fleets.answers import FleetInFull, FleetPage, FleetShown, ImageOfFleet
from migration.telling.of_fleets.results import results
from migration.telling.of_fleets.standing import MemberShown, Standing
from migration.values.ids import instance_id_for
from records.fleets.held import every_fleet
from steering.fleets.running.beginning import begin_fleet
from steering.fleets.standing import stand_of
from triggers.answering.calls import Call
from triggers.answering.identity import requester
from triggers.answering.parameters import one_of, place, whole
from triggers.answering.responding import LONGEST_FLEET_BYTES, NO_STORE, json_response, read_json
from triggers.api.viewing import api_address, links, next_link
from triggers.fleets.finding import find_fleet

blueprint = df.Blueprint()

LARGEST_PAGE, DEFAULT_PAGE = 1_000, 100
LARGEST_LIST, DEFAULT_LIST = 500, 100
BEGIN = Call(
    "POST",
    "fleets",
    "Starts the migration of many images as a fleet.",
    body=FleetOrder,
    gives=FleetShown,
    status=202,
)
LIST_FLEETS = Call(
    "GET",
    "fleets",
    "Lists fleets, the latest first, a page at a time.",
    query=(
        whole("top", f"most fleets of a page; {DEFAULT_LIST} where nothing is said", LARGEST_LIST),
        place(r"fleet-[0-9a-f]{32}"),
    ),
    gives=FleetPage,
)
LOOK_AT_FLEET = Call(
    "GET",
    "fleets/{id}",
    "Tells of one fleet: how many images stand how, in all and by wave, and a page of them.",
    query=(
        whole("top", f"most images of a page; {DEFAULT_PAGE} where nothing is said", LARGEST_PAGE),
        one_of("standing", "only images that stand so", Standing),
        whole("after", "the number of an image: those beyond it. Out of the `nextLink` of a page", MOST_MEMBERS),
    ),
    gives=FleetInFull,
    refuses=(404, 409),
)
RESULTS = Call(
    "GET",
    "fleets/{id}/results",
    "Gives how each image of a fleet stands, as a file.",
    refuses=(404, 409),
    gives_sheet=True,
)


@blueprint.route(BEGIN.path, methods=BEGIN.methods)
@blueprint.durable_client_input(client_name="client")
async def begin_a_fleet(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await BEGIN.answer(req, _begin(req, client))


async def _begin(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """202 with the fleet; 422 naming every bad row. The same order of the same requester is the same fleet."""
    order = FleetOrder.parse(read_json(req, most=LONGEST_FLEET_BYTES))
    fleet = await begin_fleet(DurableHub(client), order, requester(req))
    shown = FleetShown.of(fleet, api_address(req))
    return json_response(shown.dump(), 202, {"Location": shown.links.own})


@blueprint.route(LIST_FLEETS.path, methods=LIST_FLEETS.methods)
async def list_fleets(req: func.HttpRequest) -> func.HttpResponse:
    return await LIST_FLEETS.answer(req, _fleets_listed(req))


async def _fleets_listed(req: func.HttpRequest) -> func.HttpResponse:
    """200 with a page, which `nextLink` continues."""
    given = LIST_FLEETS.given(req)
    found = sorted(
        [fleet async for fleet in every_fleet()], key=lambda fleet: (fleet.created_at, fleet.id), reverse=True
    )
    ids = [fleet.id for fleet in found]
    begin = ids.index(given["after"]) + 1 if given["after"] in ids else 0
    shown = found[begin : begin + (given["top"] or DEFAULT_LIST)]
    more = shown[-1].id if shown and shown[-1].id != ids[-1] else None
    told = [FleetShown.of(fleet, api_address(req)) for fleet in shown]
    return json_response(FleetPage(fleets=told, next_link=next_link(LIST_FLEETS, req, given, more)).dump())


@blueprint.route(LOOK_AT_FLEET.path, methods=LOOK_AT_FLEET.methods)
async def get_fleet(req: func.HttpRequest) -> func.HttpResponse:
    return await LOOK_AT_FLEET.answer(req, _get(req))


async def _get(req: func.HttpRequest) -> func.HttpResponse:
    """200 with the fleet and a page of its images, which `nextLink` continues."""
    held, given, address = await find_fleet(req), LOOK_AT_FLEET.given(req), api_address(req)
    stand = await stand_of(held.fleet)
    wanted = [one for one in stand.members if not given["standing"] or one.standing in given["standing"]]
    beyond = [one for one in wanted if one.member.number > (given["after"] or 0)]
    page = beyond[: given["top"] or DEFAULT_PAGE]
    more = str(page[-1].member.number) if len(page) < len(beyond) else None
    shown = FleetInFull(
        **FleetShown.of(held.fleet, address).__dict__,
        counts=stand.counts,
        waves=stand.waves,
        images=[_image_told(one, address) for one in page],
        next_link=_next_page(req, held.fleet.id, given, more),
    )
    return json_response(shown.dump())


def _image_told(shown: MemberShown, address: str) -> ImageOfFleet:
    return ImageOfFleet.of(shown, links(instance_id_for(shown.member.request.source_image_id), address))


def _next_page(req: func.HttpRequest, fleet_id: str, given: dict[str, object], more: str | None) -> str | None:
    here = LOOK_AT_FLEET._replace(path=LOOK_AT_FLEET.path.replace("{id}", fleet_id))
    return next_link(here, req, given, more)


@blueprint.route(RESULTS.path, methods=RESULTS.methods)
async def get_results(req: func.HttpRequest) -> func.HttpResponse:
    return await RESULTS.answer(req, _results(req))


async def _results(req: func.HttpRequest) -> func.HttpResponse:
    """200 with a line for each image, as text/csv."""
    held = await find_fleet(req)
    text = results((await stand_of(held.fleet)).members)
    named = {"Content-Disposition": f'attachment; filename="{held.fleet.id}.csv"'}
    return func.HttpResponse(text, headers=NO_STORE | named, mimetype="text/csv", charset="utf-8")
