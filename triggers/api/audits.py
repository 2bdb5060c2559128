"""Who did what, and what was checked: of the latest run, and of all before it, a page at a time."""

import azure.durable_functions as df
import azure.functions as func

from migration.record.run import Run
from migration.telling.status import told_decision
from migration.values.ids import earlier_instance_id_for, is_earlier_instance_id, is_instance_id
from migration.values.problems import Problem, RequestInvalidError
from records.earlier_runs import earlier_runs
from records.runs import runs_before
from records.store import load
from triggers.answering.responding import HttpProblemError, json_response, responding
from triggers.api.viewing import api_address

blueprint = df.Blueprint()
RUNS_PER_PAGE = 10


@blueprint.route("migrations/{id}/audit", methods=["GET"])
async def get_audit(req: func.HttpRequest) -> func.HttpResponse:
    return await responding(_audit(req))


async def _audit(req: func.HttpRequest) -> func.HttpResponse:
    """The entries of the latest run, and earlier runs of the image: across purges, and new task hubs.

    `next` continues with still earlier ones; `before` in its query is the number of a run.
    """
    migration_id = req.route_params["id"]
    if is_earlier_instance_id(migration_id):
        return await _of_the_release_before(migration_id)
    record = await load(migration_id) if is_instance_id(migration_id) else None
    if record is None or record.run is None:
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    before = _before(req, record.run.number)
    latest = await _whole(migration_id, record.run)
    runs = await runs_before(migration_id, before, RUNS_PER_PAGE)
    earlier = [_run_told(run) for run in runs]
    last = runs[-1].number if runs else before
    more = None
    if len(runs) == RUNS_PER_PAGE and last > 1:
        more = f"{api_address(req)}/migrations/{migration_id}/audit?before={last}"
    else:
        earlier += await earlier_runs(earlier_instance_id_for(record.source_image_id))
    entries = [entry.dump() for entry in latest.audit]
    return json_response(
        {"id": migration_id, "run": record.run.id, "entries": entries, "earlier": earlier, "next": more}
    )


async def _whole(migration_id: str, run: Run) -> Run:
    """Return the latest run with all that is kept of it."""
    kept = await runs_before(migration_id, run.number + 1, 1) if run.forgotten else []
    return kept[0] if kept else run


async def _of_the_release_before(migration_id: str) -> func.HttpResponse:
    runs = await earlier_runs(migration_id)
    if not runs:
        raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")
    return json_response({"id": migration_id, "run": None, "entries": [], "earlier": runs, "next": None})


def _run_told(run: Run) -> dict[str, object]:
    decided = [{"at": one.at.isoformat(), **told_decision(one.approval).dump()} for one in run.decisions]
    return {
        "run": run.id,
        "before": run.before,
        "createdAt": run.admitted_at.isoformat(),
        "endedAt": run.ended_at.isoformat() if run.ended_at else None,
        "requestedBy": run.requesters[-1].name,
        "imageVersionId": run.image_version_id,
        "outcome": run.outcome.dump() if run.outcome else None,
        "decisions": decided,
        "audit": [entry.dump() for entry in run.audit],
    }


def _before(req: func.HttpRequest, latest: int) -> int:
    text = req.params.get("before")
    if text is None:
        return latest
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return min(int(text), latest)
    raise RequestInvalidError([Problem(field="before", code="Invalid", message="it is not the number of a run")])
