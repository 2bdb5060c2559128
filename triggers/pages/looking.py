"""The three pages, and the script that brings them up to date. GET and HEAD alone: nothing is changed here."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.record.image_record import NO_RECORD
from migration.record.run import Run
from migration.telling.of_fleets.standing import Standing
from migration.telling.status import Status
from migration.values.ids import is_instance_id
from migration.values.outcome import OutcomeKind, Phase
from migration.values.words.capitals import capitalised
from records.fleets.held import hold_fleet
from records.runs import runs_before
from records.store import load
from steering.fleets.standing import stand_of
from triggers.answering.calls import Call
from triggers.answering.parameters import one_of, place, read_query, whole, words
from triggers.answering.responding import HttpProblemError
from triggers.finding.migrations import status_now
from triggers.pages.entrance import answer, page_answer
from triggers.pages.one_fleet import fleet_page
from triggers.pages.one_migration import migration_page
from triggers.pages.overview import LARGEST_PAGE, overview
from web.pages import LIVE, refresh_script, security_headers

blueprint = df.Blueprint()

MOST_BEFORE = 10
_SCRIPT_LASTS_SECONDS = 300
_TEXT = words("text", "only images whose id holds one of these")
ALL = Call(
    "GET",
    "pages/migrations",
    "Shows all migrations and fleets, the worst first, to whoever may look.",
    query=(
        _TEXT,
        one_of("phase", "only migrations in these phases", Phase),
        one_of("outcome", "only migrations that ended so", OutcomeKind),
        words("subscription", "only images of these subscriptions"),
        whole("top", "most migrations of a page", LARGEST_PAGE),
        place(r"[0-9]{15}-migrate-[a-z0-9._-]{1,120}"),
    ),
    is_page=True,
)
FLEET = Call(
    "GET",
    "pages/fleets/{id}",
    "Shows one fleet, what waits for whom, and its images, the worst first, to whoever may look.",
    query=(
        _TEXT,
        one_of("standing", "only images that stand so", Standing),
        whole("wave", "only images of this wave", 1_000),
        whole("page", "which page of the images", 1_000),
    ),
    is_page=True,
)
MIGRATION = Call(
    "GET",
    "pages/migrations/{id}",
    "Shows one migration, and what happened when and why, to whoever may look.",
    is_page=True,
)
SCRIPT = Call("GET", "pages/refresh.js", "Is the script that brings these pages up to date.", is_page=True)
PAGES = (ALL, FLEET, MIGRATION, SCRIPT)
_METHODS = ["GET", "HEAD"]
_FLEET_ID = re.compile(r"fleet-[0-9a-f]{32}")


@blueprint.route(ALL.path, methods=_METHODS, auth_level=func.AuthLevel.ANONYMOUS)
async def look_at_migrations(req: func.HttpRequest) -> func.HttpResponse:
    return await answer(req, lambda: _all(req))


@blueprint.route(FLEET.path, methods=_METHODS, auth_level=func.AuthLevel.ANONYMOUS)
async def look_at_fleet(req: func.HttpRequest) -> func.HttpResponse:
    return await answer(req, lambda: _fleet(req))


@blueprint.route(MIGRATION.path, methods=_METHODS, auth_level=func.AuthLevel.ANONYMOUS)
@blueprint.durable_client_input(client_name="client")
async def look_at_migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    return await answer(req, lambda: _migration(req, client))


@blueprint.route(SCRIPT.path, methods=_METHODS, auth_level=func.AuthLevel.ANONYMOUS)
async def get_refresh_script(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the binding's
    headers = security_headers(LIVE) | {"Cache-Control": f"max-age={_SCRIPT_LASTS_SECONDS}"}
    return func.HttpResponse(refresh_script(), mimetype="text/javascript", charset="utf-8", headers=headers)


async def _all(req: func.HttpRequest) -> func.HttpResponse:
    now = datetime.now(UTC)
    values = await overview(_given(ALL, req.params), now)
    return page_answer("overview.html", refreshes=True, now=now, **values)


async def _fleet(req: func.HttpRequest) -> func.HttpResponse:
    given = _given(FLEET, req.params)
    fleet_id = req.route_params["id"]
    held = await hold_fleet(fleet_id) if _FLEET_ID.fullmatch(fleet_id) else None
    if held is None:
        raise HttpProblemError(404, "Not found", "There is no such fleet.")
    values = fleet_page(await stand_of(held.fleet), given, datetime.now(UTC))
    return page_answer("fleet.html", refreshes=True, **values)


async def _migration(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    migration_id = req.route_params["id"]
    record = await load(migration_id) if is_instance_id(migration_id) else None
    if record is None or record.run is None:
        raise HttpProblemError(404, "Not found", f"{capitalised(NO_RECORD.message)}.")
    run = await _whole(migration_id, record.run)
    status = await status_now(DurableHub(client), migration_id, Status.of(record, run))
    before = await runs_before(migration_id, run.number, MOST_BEFORE)
    values = migration_page(record, run, status, before, datetime.now(UTC))
    return page_answer("migration.html", refreshes=True, **values)


async def _whole(migration_id: str, run: Run) -> Run:
    """Return a run with all that is kept of it, also where its record keeps no more than a line."""
    kept = await runs_before(migration_id, run.number + 1, 1) if run.forgotten else []
    return kept[0] if kept else run


def _given(call: Call, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return what the query says: of a form that was sent, fields that are empty say nothing."""
    return read_query({name: text for name, text in sent.items() if text.strip()}, call.query)
