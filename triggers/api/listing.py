"""The list of migrations: a page at a time out of the records, narrowed by phase, outcome, subscription or text."""

import asyncio

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.telling.answers import MigrationPage, MigrationShown
from migration.values.outcome import OutcomeKind, Phase
from records.index import Filter, Row, page
from triggers.answering.calls import Call
from triggers.answering.parameters import one_of, place, whole, words
from triggers.answering.responding import json_response
from triggers.api.viewing import api_address, next_link, view
from triggers.finding.migrations import status_now

blueprint = df.Blueprint()

LARGEST_PAGE = 500
DEFAULT_PAGE = 100
READ_AT_ONCE = 10
LIST = Call(
    "GET",
    "migrations",
    "Lists migrations, the latest image first, a page at a time.",
    query=(
        whole("top", f"most migrations of a page; {DEFAULT_PAGE} where nothing is said", LARGEST_PAGE),
        one_of("phase", "only migrations in these phases", Phase),
        one_of("outcome", "only migrations that ended so", OutcomeKind),
        words("subscription", "only images of these subscriptions"),
        words("text", "only images whose id holds one of these"),
        place(r"[0-9]{15}-migrate-[a-z0-9._-]{1,120}"),
    ),
    gives=MigrationPage,
)


@blueprint.route(LIST.path, methods=LIST.methods)
@blueprint.durable_client_input(client_name="client")
async def list_migrations(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await LIST.answer(req, _list(req, client))


async def _list(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """200 with a page, which `nextLink` continues; live ones are shown as they stand now. 422 for a bad parameter.

    Where `text` is looked for, a page may have fewer rows than asked for, and still be continued.
    """
    given = LIST.given(req)
    filters = {name: given[name] for name in ("phase", "outcome", "subscription", "text")}
    found = await page(given["top"] or DEFAULT_PAGE, given["after"], Filter(**filters))
    limit, hub, address = asyncio.Semaphore(READ_AT_ONCE), DurableHub(client), api_address(req)

    async def seen(row: Row) -> MigrationShown:
        async with limit:
            return view(row.id, await status_now(hub, row.id, row.status), address)

    shown = await asyncio.gather(*map(seen, found.rows))
    more = next_link(LIST, req, given, found.next)
    told = MigrationPage(migrations=shown, next_link=more, next=more, unreadable=found.unreadable)
    return json_response(told.dump())
