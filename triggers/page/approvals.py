"""The approval page behind a link. GET and HEAD change nothing, however often; only POST decides."""

import logging
from datetime import UTC, datetime

import azure.durable_functions as df
import azure.functions as func

from arm.transport.errors import ArmError
from hub.durable_hub import DurableHub
from hub.task_hub import HubUnavailableError
from migration.asking.reading import settings
from migration.asking.settings import SettingsInvalidError
from migration.record.image_record import NO_RECORD
from migration.record.notices import NO_QUESTION
from migration.record.question import Stage
from migration.runbook.guide import answer_step
from migration.values.ids import is_earlier_instance_id
from records.errors import RecordsMissingError, RecordsUnavailableError, RecordTooNewError, RecordUnreadableError
from triggers.answering.calls import Call
from triggers.answering.identity import signed_in
from triggers.answering.parameters import Parameter
from triggers.answering.responding import HttpProblemError, in_time
from triggers.page.answering import message
from triggers.page.opened_link import LinkInvalidError, LinkTakenBackError, found_link, opened_link
from triggers.page.standing import standing
from triggers.page.visit import Visit

blueprint = df.Blueprint()

_LOG = logging.getLogger(__name__)
# One answer for a token that nothing is known of and for a record that is gone: whoever has no link that counts
# learns from it of no image whether it was migrated.
_NOT_VALID = (
    f"It was altered or cut short on its way, or {NO_RECORD.message}."
    f" Nothing was decided. {answer_step(NO_RECORD.code)}"
)
# Names in a query that nobody knows are let through here: whoever carries a link, or follows it, may add their own.
_TOKEN = (Parameter("token", "out of the link that somebody was sent", str, {"type": "string"}),)
PAGE = (
    Call("GET", "approvals/{id}", "Shows the page behind a link, for people.", query=_TOKEN, is_page=True),
    Call("POST", "approvals/{id}", "Takes the form of that page, from a browser.", query=_TOKEN, is_page=True),
)


@blueprint.route(PAGE[0].path, methods=["GET", "HEAD", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
@blueprint.durable_client_input(client_name="client")
async def approval_page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await answer(req, client)


async def answer(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Answer every request with a page, whatever happens."""
    try:
        return await in_time(_page(req, client))
    except LinkInvalidError:
        return message(404, "This link is not valid", _NOT_VALID, again=False)
    except LinkTakenBackError:
        sentence = "Whoever it was sent to is not told of migrations any more. Nothing was decided."
        return message(403, "This link has been taken back", sentence, again=False)
    except HttpProblemError as error:
        return message(error.status, error.title, error.detail)
    except ArmError as error:
        return message(503, "Azure gave no answer", f"Nothing was decided. Try again in a minute. ({error.code})")
    except RecordTooNewError:
        return message(503, "The record is a newer version's", "Nothing was decided. Try again in a minute.")
    except RecordUnreadableError as error:
        _LOG.error("%s", error)
        sentence = "What the app keeps of this image makes no sense to it. Nothing was decided. Tell whoever runs it."
        return message(409, "The record cannot be read", sentence, again=False)
    except (RecordsUnavailableError, RecordsMissingError, HubUnavailableError):
        sentence = "Whether a decision was taken down is not known: open the page again in a minute to see."
        return message(503, "The record could not be reached", sentence)
    except SettingsInvalidError:
        return message(500, "This app is misconfigured", "Nothing was decided. Its log names the settings.")
    except Exception:  # noqa: BLE001 - logged; the host's own error page would come without our headers
        _LOG.exception("the approval page failed")
        return message(500, "Something went wrong", "Nothing more is known here. The app's log has the details.")


async def _page(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    migration_id = req.route_params["id"]
    if is_earlier_instance_id(migration_id):
        sentence = "It is asked anew, if it still is asked. Please use the link of the newer message."
        return message(410, "This link is of an earlier release of this app", sentence, again=False)
    found = await found_link(migration_id, req.params.get("token", ""))
    if found.link.question == NO_QUESTION:
        return await standing(migration_id, found.run)
    link = opened_link(found)
    visit = Visit(req, DurableHub(client), link, signed_in(req), settings())
    posts, asked = req.method == "POST", link.asked
    if link.is_current and asked.question.stage in {Stage.APPROVED, Stage.ACCEPTED} and asked.run.is_live:
        return await (visit.stop() if posts else visit.closed())
    if not link.is_current or not asked.is_open:
        return await (visit.come_late() if posts else visit.closed())
    if datetime.now(UTC) >= asked.question.expires_at:
        return message(410, "This link has expired", "Nobody decided in time, and nothing was deleted.", again=False)
    return await (visit.decide() if posts else visit.look())
