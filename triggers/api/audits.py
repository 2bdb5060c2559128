"""Who did what, and what was checked: of the latest run, and of all before it, a page at a time."""

from typing import Any

import azure.durable_functions as df
import azure.functions as func

from migration.record.run import Run
from migration.telling.answers import AuditShown, DecisionTold, RunTold
from migration.telling.status import told_decision
from migration.values.ids import earlier_instance_id_for, is_earlier_instance_id, is_instance_id
from records.earlier import earlier_runs
from records.runs import runs_before
from records.store import load
from triggers.answering.calls import Call
from triggers.answering.parameters import Parameter
from triggers.answering.responding import HttpProblemError, json_response
from triggers.api.viewing import api_address
from triggers.finding.migrations import no_record

blueprint = df.Blueprint()
RUNS_PER_PAGE = 10


def _number_of_a_run(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise ValueError("it is not the number of a run")


_EARLIER = "the number of a run: what came before it is told. Out of the `nextLink` of a page"
_AFTER = Parameter("after", _EARLIER, _number_of_a_run, {"type": "integer", "minimum": 0})
AUDIT = Call(
    "GET",
    "migrations/{id}/audit",
    "Tells who did what, when, from where, and what was checked: of the latest run, and of those before it.",
    query=(_AFTER, _AFTER._replace(name="before", says="the same, as an earlier release of this app called it")),
    gives=AuditShown,
    refuses=(404,),
)


@blueprint.route(AUDIT.path, methods=AUDIT.methods)
async def get_audit(req: func.HttpRequest) -> func.HttpResponse:
    return await AUDIT.answer(req, _audit(req))


async def _audit(req: func.HttpRequest) -> func.HttpResponse:
    """The entries of the latest run, and earlier runs of the image: across purges, and new task hubs.

    `nextLink` continues with still earlier ones; `after` in its query is the number of a run.
    """
    migration_id = req.route_params["id"]
    if is_earlier_instance_id(migration_id):
        return await _of_the_release_before(migration_id)
    if not is_instance_id(migration_id):
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    record = await load(migration_id)
    if record is None or record.run is None:
        raise no_record()
    given = AUDIT.given(req)
    asked = given["before"] if given["after"] is None else given["after"]
    before = record.run.number if asked is None else min(asked, record.run.number)
    latest = await _whole(migration_id, record.run)
    runs = await runs_before(migration_id, before, RUNS_PER_PAGE)
    last = runs[-1].number if runs else before
    is_more = len(runs) == RUNS_PER_PAGE and last > 1
    here = f"{api_address(req)}/migrations/{migration_id}/audit"
    shown = AuditShown(
        id=migration_id,
        run=record.run.id,
        entries=latest.audit,
        earlier=[_run_told(run) for run in runs],
        next_link=f"{here}?after={last}" if is_more else None,
        next=f"{here}?before={last}" if is_more else None,
    )
    older = [] if is_more else await earlier_runs(earlier_instance_id_for(record.source_image_id))
    return json_response(_with_older(shown, older))


def _with_older(shown: AuditShown, older: list[dict[str, Any]]) -> dict[str, Any]:
    """Add what the first format kept, as it is."""
    body = shown.dump()
    return body | {"earlier": body["earlier"] + older}


async def _whole(migration_id: str, run: Run) -> Run:
    """Return the latest run with all that is kept of it."""
    kept = await runs_before(migration_id, run.number + 1, 1) if run.forgotten else []
    return kept[0] if kept else run


async def _of_the_release_before(migration_id: str) -> func.HttpResponse:
    runs = await earlier_runs(migration_id)
    if not runs:
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    shown = AuditShown(id=migration_id, run=None, entries=[], earlier=[], next_link=None, next=None)
    return json_response(_with_older(shown, runs))


def _run_told(run: Run) -> RunTold:
    return RunTold(
        run=run.id,
        before=run.before,
        created_at=run.admitted_at,
        ended_at=run.ended_at,
        requested_by=run.requesters[-1].name,
        image_version_id=run.image_version_id,
        outcome=run.outcome,
        decisions=[DecisionTold(at=one.at, **told_decision(one.approval).__dict__) for one in run.decisions],
        audit=run.audit,
    )
