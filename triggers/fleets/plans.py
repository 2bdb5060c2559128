"""What would become of many images, in pages, as JSON or as a sheet; and a sheet that people have edited, read again.

Both write nothing and start nothing. The pages of a sheet, put together, are one: only the first names the columns.
"""

from typing import Any

import azure.durable_functions as df
import azure.functions as func

from migration.asking.reading import settings
from migration.fleet.forecast.forecast import RESULTS, FleetForecast, ImageForecast, results_of
from migration.fleet.forecast.paging import PlaceGoneError
from migration.fleet.member import FleetRow
from migration.fleet.question.question import FleetQuestion
from migration.fleet.sheets.sheet import SheetInvalidError, header, line_of, read_sheet
from migration.values.value import Value
from steering.fleets.foreseeing.planning import Asked, plan_page
from triggers.answering.calls import Call
from triggers.answering.identity import requester
from triggers.answering.parameters import place, whole, words
from triggers.answering.responding import (
    LONGEST_FLEET_BYTES,
    NO_STORE,
    HttpProblemError,
    json_response,
    problems_listed,
    read_json,
    refuse_unwanted,
)
from triggers.api.viewing import next_link

blueprint = df.Blueprint()

DEFAULT_PAGE, LARGEST_PAGE = 100, 500
SHEET = "text/csv"
PLACE_GONE = "PlaceGone"


class FleetRows(Value):
    """The rows of a sheet, as a plan and a fleet take them."""

    rows: list[FleetRow]


PLAN = Call(
    "POST",
    "fleets/plan",
    "Plans the migration of many images, and starts nothing. Images of one definition stand on one page.",
    query=(
        whole("top", f"most images of a page; {DEFAULT_PAGE} where nothing is said", LARGEST_PAGE),
        words("owner", "only images of these owners"),
        place(r"/subscriptions/[^\x00-\x1f]{1,1000}"),
    ),
    body=FleetQuestion,
    gives=FleetForecast,
    refuses=(409,),
    gives_sheet=True,
)
READ_SHEET = Call(
    "POST",
    "fleets/sheet",
    "Reads the rows of a sheet, and starts nothing. `errors` names every row that is wrong.",
    gives=FleetRows,
    takes_sheet=True,
)


@blueprint.route(PLAN.path, methods=PLAN.methods)
async def plan_fleet(req: func.HttpRequest) -> func.HttpResponse:
    return await PLAN.answer(req, _planned_page(req))


async def _planned_page(req: func.HttpRequest) -> func.HttpResponse:
    """200 with a page, which `nextLink`, or the header `Link`, continues with the same body; 422 for a bad question.

    `Retry-After` says how long to wait before the next page, where Azure throttles.
    """
    given = PLAN.given(req)
    question = FleetQuestion.parse(read_json(req, most=LONGEST_FLEET_BYTES))
    asked = Asked(question, requester(req), given["owner"], given["after"], given["top"] or DEFAULT_PAGE)
    try:
        found = await plan_page(asked, settings())
    except PlaceGoneError as error:
        detail = f"{error}, after which the page was to begin, is not among the images any more: begin anew."
        raise HttpProblemError(409, "The images have changed", detail, code=PLACE_GONE) from error
    link = next_link(PLAN, req, given, found.after)
    page = found.page.changed(next_link=link)
    headers = {"Link": f'<{link}>; rel="next"'} if link else {}
    headers |= {} if page.wait_seconds is None else {"Retry-After": str(int(page.wait_seconds + 0.999))}
    if SHEET in (req.headers.get("Accept") or "").lower():
        return _sheet(page.images, headers, is_first=given["after"] is None)
    return json_response(page.dump(), headers=headers)


def _sheet(images: list[ImageForecast], headers: dict[str, str], *, is_first: bool) -> func.HttpResponse:
    lines = [line_of(one.row, results_of(one)) for one in images]
    body = "".join([header(RESULTS) if is_first else "", *lines]).encode()
    return func.HttpResponse(body, headers=NO_STORE | headers, mimetype=SHEET, charset="utf-8")


@blueprint.route(READ_SHEET.path, methods=READ_SHEET.methods)
async def read_fleet_sheet(req: func.HttpRequest) -> func.HttpResponse:
    return await READ_SHEET.answer(req, _rows_of_sheet(req))


async def _rows_of_sheet(req: func.HttpRequest) -> func.HttpResponse:
    """200 with the rows; 422 naming every row that is wrong, by its number and column."""
    refuse_unwanted(req, LONGEST_FLEET_BYTES)
    said = (req.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if said != SHEET:
        raise HttpProblemError(415, "Not a sheet", f"Send the file with the header Content-Type: {SHEET}.")
    try:
        rows = read_sheet(req.get_body())
    except SheetInvalidError as error:
        detail = f"{len(error.problems):,} problems in rows of the sheet; nothing of it was taken."
        errors: Any = problems_listed(error.problems)
        raise HttpProblemError(422, "Invalid sheet", detail, errors=errors) from error
    return json_response(FleetRows(rows=rows).dump())
