"""The page behind the link of a fleet. GET and HEAD change nothing, however often; only POST decides.

A link is followed once: its token goes into a cookie for this page alone, and out of the address, which is kept in
histories and shown on screens.
"""

import logging

import azure.durable_functions as df
import azure.functions as func

from arm.transport.errors import ArmError
from hub.durable_hub import DurableHub
from hub.task_hub import HubUnavailableError
from migration.asking.reading import settings
from migration.asking.settings import SettingsInvalidError
from records.errors import RecordsMissingError, RecordsUnavailableError
from steering.fleets.approving.links import is_taken_back, opened_link
from triggers.answering.calls import Call
from triggers.answering.identity import signed_in
from triggers.answering.parameters import Parameter, place
from triggers.answering.responding import HttpProblemError, in_time
from triggers.fleet_page.cookie import keep_token, kept_token
from triggers.fleet_page.visit import FleetVisit
from triggers.page.answering import html_answer, message
from web.pages import security_headers

blueprint = df.Blueprint()

_LOG = logging.getLogger(__name__)
_TOKEN = Parameter("token", "out of the link that somebody was sent", str, {"type": "string"})
_AFTER = place(r"[0-9]{1,5}")
FLEET_PAGE = (
    Call(
        "GET",
        "fleet-approvals/{id}",
        "Shows the page behind the link of a fleet, for people.",
        query=(_TOKEN, _AFTER),
        is_page=True,
    ),
    Call(
        "POST",
        "fleet-approvals/{id}",
        "Takes the form of that page, from a browser.",
        query=(_TOKEN, _AFTER),
        is_page=True,
    ),
)


@blueprint.route(FLEET_PAGE[0].path, methods=["GET", "HEAD", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
@blueprint.durable_client_input(client_name="client")
async def fleet_approval_page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await answer(req, client)


async def answer(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Answer every request with a page, whatever happens."""
    try:
        return await in_time(_page(req, client))
    except HttpProblemError as error:
        return message(error.status, error.title, error.detail)
    except ArmError as error:
        return message(503, "Azure gave no answer", f"Nothing was decided. Try again in a minute. ({error.code})")
    except (RecordsUnavailableError, RecordsMissingError, HubUnavailableError):
        sentence = "What was decided until now counts: open the page again in a minute to see what is left."
        return message(503, "The records could not be reached", sentence)
    except SettingsInvalidError:
        return message(500, "This app is misconfigured", "Nothing was decided. Its log names the settings.")
    except Exception:  # noqa: BLE001 - logged; the host's own error page would come without our headers
        _LOG.exception("the page of a fleet failed")
        return message(500, "Something went wrong", "Nothing more is known here. The app's log has the details.")


async def _page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    fleet_id, sent = req.route_params["id"], req.params.get("token")
    token = sent if sent is not None else kept_token(req)
    opened = await opened_link(fleet_id, token or "")
    if opened is None:
        raise HttpProblemError(
            404,
            "This link is not valid",
            "It was altered or cut short on its way, its fleet is gone, or your browser did not keep the cookie that it"
            " sets. Nothing was decided. Open the link of the latest message again.",
        )
    fleet, link = opened
    current = settings()
    if is_taken_back(link, current):
        sentence = "Whoever it was sent to is not told of migrations any more. Nothing was decided."
        raise HttpProblemError(403, "This link has been taken back", sentence)
    if sent is not None:
        return _followed(req, fleet_id, sent)
    visit = FleetVisit(req, DurableHub(client), fleet, link, token or "", signed_in(req), current)
    return html_answer(*(await (visit.decide() if req.method == "POST" else visit.look())))


def _followed(req: func.HttpRequest, fleet_id: str, token: str) -> func.HttpResponse:
    """Send the browser on to the page without the token in its address. Whatever was posted there is not read."""
    headers = {"Location": f"./{fleet_id}", "Set-Cookie": keep_token(req, fleet_id, token), **security_headers()}
    return func.HttpResponse(status_code=303, headers=headers)
