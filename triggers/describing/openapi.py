"""The OpenAPI document of the HTTP API: a client can be made of it, and what a call takes looked up."""

from functools import cache
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from triggers.answering.calls import Call
from triggers.answering.responding import json_response
from triggers.api.audits import AUDIT
from triggers.api.checks import CHECKS
from triggers.api.decisions import APPROVE, ASK_AGAIN, CANCEL
from triggers.api.listing import LIST
from triggers.api.migrations import LOOK, PLAN, START
from triggers.api.pauses import SWITCH, TELL
from triggers.api.sweeps import SWEEP
from triggers.api.users import USERS
from triggers.api.viewing import api_address
from triggers.describing.document import describe
from triggers.fleet_page.pages import FLEET_PAGE
from triggers.fleets import plans as fleet_plans
from triggers.fleets.approvals import DECIDE, QUESTIONS
from triggers.fleets.fleets import BEGIN, LIST_FLEETS, LOOK_AT_FLEET, RESULTS
from triggers.fleets.steps import CANCEL_FLEET, PAUSE, RESUME, RETRY
from triggers.images.forwarding import MOVED_TO
from triggers.images.inventory import GALLERIES, IMAGES
from triggers.page.approvals import PAGE
from triggers.pages.looking import PAGES
from triggers.pages.viewings import MAKE, OPEN
from triggers.trials.notifications import TRY
from triggers.trials.self_test import SELF_TEST

blueprint = df.Blueprint()

OPENAPI = Call("GET", "openapi.json", "Describes this API.")
CALLS = (
    *(START, PLAN, LIST, LOOK, CHECKS, USERS, APPROVE, ASK_AGAIN, CANCEL, AUDIT),
    *(BEGIN, LIST_FLEETS, LOOK_AT_FLEET, RESULTS, PAUSE, RESUME, CANCEL_FLEET, RETRY),
    *(QUESTIONS, DECIDE, *FLEET_PAGE),
    *(TELL, SWITCH, SWEEP, TRY, SELF_TEST, GALLERIES, IMAGES, MOVED_TO, OPENAPI, *PAGE),
    *(fleet_plans.PLAN, fleet_plans.READ_SHEET),
    *(*PAGES, MAKE, *OPEN),
)


@blueprint.route(OPENAPI.path, methods=OPENAPI.methods)
async def get_openapi(req: func.HttpRequest) -> func.HttpResponse:
    return await OPENAPI.answer(req, _document(req))


async def _document(req: func.HttpRequest) -> func.HttpResponse:
    return json_response(_described() | {"servers": [{"url": api_address(req)}]})


@cache
def _described() -> dict[str, Any]:
    """Describe the calls once: they do not change while the app runs."""
    return describe(CALLS)
