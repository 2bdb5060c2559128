"""Counts what is under way, for operators: how many migrations in which phase, and how long the oldest question waits.

Nothing else knows it: work moves between processes, and a count kept in one would be wrong after its end.
"""

import logging
from datetime import UTC, datetime

import azure.durable_functions as df
import azure.functions as func

from migration.asking.settings import has_storage, settings
from migration.values.outcome import Phase
from records.errors import RecordUnreadableError
from records.index import Filter, every, note
from records.store import load
from telemetry.measuring import Live, measure_live
from triggers.steering import hub

blueprint = df.Blueprint()
EVERY_FIVE_MINUTES = "0 */5 * * * *"
_LOG = logging.getLogger(__name__)


@blueprint.timer_trigger(arg_name="timer", schedule=EVERY_FIVE_MINUTES, run_on_startup=False, use_monitor=False)
@blueprint.durable_client_input(client_name="client")
async def measure_migrations(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:  # noqa: ARG001 - the binding's
    """Set the gauges."""
    if has_storage(settings()):
        measure_live(await count_live(client), datetime.now(UTC))


async def count_live(client: df.DurableFunctionsClient) -> list[Live]:
    """Count what is under way. An end is noted as soon as it is seen: a moment later, another run may have begun."""
    counted = []
    async for row in every(Filter(live=True)):
        seen = await hub.as_it_is(client, row)
        if seen.is_live:
            counted.append(Live(seen.phase, seen.status.asked_at))
        else:
            await _note_end(seen)
    return counted


async def _note_end(ended: hub.Migration) -> None:
    """Write into the list what the orchestration itself could not: that the engine, or an operator, ended it."""
    try:
        record = await load(ended.id)
    except RecordUnreadableError as error:
        _LOG.warning("an end is not noted: %s", error)
        return
    if record is not None:
        status = ended.status.model_copy(update={"phase": Phase.DONE, "outcome": ended.outcome})
        await note(record, status, ended.updated_at)
