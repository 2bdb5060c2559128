"""The list of migrations: a page at a time out of the records, narrowed by phase, outcome, subscription or text."""

import asyncio
import re
from typing import Any
from urllib.parse import urlencode

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.values.outcome import OutcomeKind, Phase
from migration.values.problems import Problem, RequestInvalidError
from records.index import Filter, Row, page
from triggers.answering.responding import json_response, responding
from triggers.api.viewing import api_address, view
from triggers.finding.migrations import status_now

blueprint = df.Blueprint()

LARGEST_PAGE = 500
DEFAULT_PAGE = 100
LONGEST_TEXT = 200
READ_AT_ONCE = 10
_PLACE = re.compile(r"[0-9]{15}-migrate-[a-z0-9._-]{1,120}")


@blueprint.route("migrations", methods=["GET"])
@blueprint.durable_client_input(client_name="client")
async def list_migrations(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await responding(_list(req, client))


async def _list(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """200 with a page, which `next` continues; live ones are shown as they stand now. 422 for a bad parameter.

    Where `text` is looked for, a page may have fewer rows than asked for, and still be continued.
    """
    problems: list[Problem] = []
    top = _whole(req, "top", DEFAULT_PAGE, LARGEST_PAGE, problems)
    wanted = Filter(
        phase=_one_of(req, "phase", [one.value for one in Phase], problems),
        outcome=_one_of(req, "outcome", [one.value for one in OutcomeKind], problems),
        subscription=_text_param(req, "subscription", problems),
        text=_text_param(req, "text", problems),
    )
    after = req.params.get("after")
    if after is not None and not _PLACE.fullmatch(after):
        problems.append(Problem(field="after", code="Invalid", message="it is not what a page's `next` link holds"))
    if problems:
        raise RequestInvalidError(problems)
    found = await page(top, after, wanted)
    limit, hub = asyncio.Semaphore(READ_AT_ONCE), DurableHub(client)

    async def seen(row: Row) -> dict[str, Any]:
        async with limit:
            return view(row.id, await status_now(hub, row.id, row.status), address)

    address = api_address(req)
    shown = await asyncio.gather(*map(seen, found.rows))
    asked = {name: value for name, value in wanted._asdict().items() if value} | {"top": top}
    more = f"{address}/migrations?{urlencode(asked | {'after': found.next})}" if found.next else None
    return json_response({"migrations": shown, "next": more, "unreadable": found.unreadable})


def _whole(req: func.HttpRequest, name: str, default: int, most: int, problems: list[Problem]) -> int:
    text = req.params.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
        return int(text)
    message = f"'{text[:LONGEST_TEXT]}' is not a whole number from 1 to {most}"
    problems.append(Problem(field=name, code="Invalid", message=message))
    return default


def _one_of(req: func.HttpRequest, name: str, known: list[str], problems: list[Problem]) -> str | None:
    text = req.params.get(name)
    found = next((value for value in known if text is not None and value.lower() == text.lower()), None)
    if text is not None and found is None:
        problems.append(Problem(field=name, code="Invalid", message=f"it is none of {', '.join(known)}"))
    return found


def _text_param(req: func.HttpRequest, name: str, problems: list[Problem]) -> str | None:
    text = req.params.get(name)
    if text is not None and not (text.isprintable() and 0 < len(text) <= LONGEST_TEXT):
        message = f"it must be text of 1 to {LONGEST_TEXT} characters"
        problems.append(Problem(field=name, code="Invalid", message=message))
        return None
    return text.lower() if text else None
