"""Reads what the format before (1) has left: answers, ends and audits. Nothing of it is gone on with."""

import json
from typing import Any

from migration.record.image_record import Answered
from migration.telling.status import Status
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.chunks import joined
from records.table import table, table_errors

ANSWERED = ("fingerprint", "content", "shape", "deleted")
MOST_RUNS = 50
_KEPT = "an earlier release of this app ended with it: the source was kept, and its tag asks again"


def earlier_status(document: dict[str, Any], updated_at: str) -> Status:
    """Return the status of a row; a migration that was under way ended with the release that ran it."""
    phase = Phase(document["phase"])
    kept = Outcome(kind=OutcomeKind.SOURCE_KEPT, code="Upgraded", reason=_KEPT, step=phase).dump()
    created = document.get("createdAt") or updated_at
    told = {"run": "", "outcome": document.get("outcome") or kept, "phase": Phase.DONE, "waitingFor": None}
    return Status.model_validate(document | told | {"createdAt": created, "updatedAt": updated_at})


def earlier_answer(entity: Any) -> Answered | None:
    """Return what was last answered about an image, from the columns of its record."""
    values = {name: entity.get(f"answered{name.capitalize()}") for name in ANSWERED}
    return Answered.model_validate(values) if values["fingerprint"] is not None else None


async def earlier_runs(earlier_id: str) -> list[dict[str, Any]]:
    """Return what became of the latest runs of an image, as plain JSON; told after the audits of this release.

    One that cannot be read is left out.
    """
    wanted = "PartitionKey eq 'run' and RowKey ge @first and RowKey lt @last"
    parameters = {"first": f"{earlier_id}~", "last": f"{earlier_id}\x7f"}
    client = await table()
    found: list[dict[str, Any]] = []
    async with table_errors():
        async for entity in client.query_entities(wanted, parameters=parameters, results_per_page=MOST_RUNS):
            try:
                found.append(json.loads(joined(entity)))
            except (KeyError, ValueError):
                continue
            if len(found) == MOST_RUNS:
                break
    return found
