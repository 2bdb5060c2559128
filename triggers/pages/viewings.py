"""Getting in without signing in: a call with a key makes a link, and a browser opens it once.

Whatever follows links by itself, as mail scanners and chats do, opens nothing: that takes the button of the page.
"""

from urllib.parse import parse_qs

import azure.durable_functions as df
import azure.functions as func

from migration.asking.orders import Order
from migration.telling.inventories import ViewingMade
from steering.upkeep.viewing import is_unopened, make_viewing, open_viewing
from triggers.answering.calls import Call
from triggers.answering.identity import requester
from triggers.answering.parameters import Parameter
from triggers.answering.responding import json_response, read_json, refuse_unwanted
from triggers.api.viewing import api_address
from triggers.pages.entrance import FIRST, NoEntryError, cookie_of, page_answer, paged
from web.pages import LIVE, security_headers

blueprint = df.Blueprint()

MAKE = Call(
    "POST",
    "viewings",
    "Makes a link that lets one browser look at the pages for eight hours. It decides nothing.",
    body=Order,
    gives=ViewingMade,
    status=201,
)
_TOKEN = (Parameter("token", "out of the link that was made", str, {"type": "string"}),)
OPEN = (
    Call("GET", "pages/open", "Shows the button that opens such a link.", query=_TOKEN, is_page=True),
    Call("POST", "pages/open", "Opens such a link, once, in the browser whose button it was.", is_page=True),
)
_OVER = "This link has been opened before, is over, or was cut short on its way."


@blueprint.route(MAKE.path, methods=MAKE.methods)
async def post_viewing(req: func.HttpRequest) -> func.HttpResponse:
    return await MAKE.answer(req, _make(req))


async def _make(req: func.HttpRequest) -> func.HttpResponse:
    """201 with the link, which is shown this once: what is kept of it opens nothing."""
    Order.parse(read_json(req, optional=True))
    token, until = await make_viewing(requester(req).name)
    made = ViewingMade(link=f"{api_address(req)}/pages/open?token={token}", expires_at=until)
    return json_response(made.dump(), 201)


@blueprint.route(OPEN[0].path, methods=["GET", "HEAD", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
async def open_pages(req: func.HttpRequest) -> func.HttpResponse:
    return await paged(req, lambda: _opened(req) if req.method == "POST" else _button(req))


async def _button(req: func.HttpRequest) -> func.HttpResponse:
    token = req.params.get("token", "")
    if not await is_unopened(token):
        raise NoEntryError(_OVER)
    return page_answer("open.html", token=token)


async def _opened(req: func.HttpRequest) -> func.HttpResponse:
    """Give the browser its cookie, and send it on to an address that holds no token."""
    refuse_unwanted(req)
    sent = parse_qs(req.get_body().decode(errors="replace"), max_num_fields=10)
    opened = await open_viewing(sent.get("token", [""])[0])
    if opened is None:
        raise NoEntryError(_OVER)
    headers = {"Location": FIRST, "Set-Cookie": cookie_of(req, *opened), **security_headers(LIVE)}
    return func.HttpResponse(status_code=303, headers=headers)
