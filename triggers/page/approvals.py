"""The approval page behind a signed link. GET and HEAD change nothing, however often; only POST decides."""

import logging
from datetime import UTC, datetime

import azure.durable_functions as df
import azure.functions as func
import grpc

from arm.errors import ArmError
from migration.approval.image_record import Stage
from migration.asking.settings import SettingsInvalidError, settings
from migration.asking.signing import LINK_PURPOSE, ApprovalLink, LinkInvalidError, Signer, SigningKeyMissingError
from records.errors import RecordsUnavailableError
from records.store import hold
from triggers.answering.identity import signed_in
from triggers.answering.responding import HttpProblemError
from triggers.page.answering import message
from triggers.page.visit import Visit, closed
from triggers.steering import hub

blueprint = df.Blueprint()

_LOG = logging.getLogger(__name__)


@blueprint.route("approvals/{id}", methods=["GET", "HEAD", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
@blueprint.durable_client_input(client_name="client")
async def approval_page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await answer(req, client)


async def answer(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Answer every request with a page, whatever happens."""
    try:
        return await _page(req, client)
    except (LinkInvalidError, SigningKeyMissingError):
        sentence = "It was not made by this app, or was altered or cut short on its way. Nothing was decided."
        return message(404, "This link is not valid", sentence, again=False)
    except HttpProblemError as error:
        return message(error.status, error.title, error.detail)
    except ArmError as error:
        return message(503, "Azure gave no answer", f"Nothing was decided. Try again in a minute. ({error.code})")
    except (RecordsUnavailableError, grpc.aio.AioRpcError):
        sentence = "Whether a decision was taken down is not known: open the page again in a minute to see."
        return message(503, "The record could not be reached", sentence)
    except SettingsInvalidError:
        return message(500, "This app is misconfigured", "Nothing was decided. Its log names the settings.")
    except Exception:  # noqa: BLE001 - logged; the host's own error page would come without our headers
        _LOG.exception("the approval page failed")
        return message(500, "Something went wrong", "Nothing more is known here. The app's log has the details.")


async def _page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    link = _link(req)
    held = await hold(link.migration_id)
    question = held.question
    if question is None:
        return message(404, "This migration is no longer known", "Its record has been removed.", again=False)
    is_live = await hub.is_live(client, link.migration_id)
    visit = Visit(req, client, link, held, question, signed_in(req))
    if question.id == link.question and question.stage is Stage.APPROVED:
        return await (visit.stop() if req.method == "POST" else visit.look_back())
    if question.id != link.question or question.stage is not Stage.OPEN:
        return await closed(client, question, link, late=req.method == "POST")
    if not is_live:
        return await closed(client, question, link, late=req.method == "POST")
    if datetime.now(UTC) >= question.expires_at:
        return message(410, "This link has expired", "Nobody decided in time. The source image is kept.", again=False)
    return await visit.decide() if req.method == "POST" else await visit.look()


def _link(req: func.HttpRequest) -> ApprovalLink:
    """Return the link, whose secret is in the query: paths are written into logs. The path names the migration."""
    link = Signer(settings(), LINK_PURPOSE).read(req.params.get("token", ""), ApprovalLink)
    if link.migration_id != req.route_params["id"]:
        raise LinkInvalidError("the link is for another migration")
    return link
