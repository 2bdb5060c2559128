"""Counts what is under way, for operators: how many migrations in which phase, and how long the oldest question waits.

Nothing else knows it: work moves between processes, and a count kept in one would be wrong after its end.
"""

from datetime import UTC, datetime

import azure.durable_functions as df
import azure.functions as func

from migration.asking.settings import has_storage, settings
from migration.values.outcome import Phase
from records.index import Filter, every, note
from records.store import load
from telemetry.measuring import Live, measure_live
from triggers.steering import hub

blueprint = df.Blueprint()
EVERY_FIVE_MINUTES = "0 */5 * * * *"


@blueprint.timer_trigger(arg_name="timer", schedule=EVERY_FIVE_MINUTES, run_on_startup=False, use_monitor=False)
@blueprint.durable_client_input(client_name="client")
async def measure_migrations(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:  # noqa: ARG001 - the binding's
    """Set the gauges."""
    if not has_storage(settings()):
        return
    live = [await hub.as_it_is(client, row) async for row in every(Filter(live=True))]
    for ended in live:
        if not ended.is_live:
            await _note_end(ended)
    counted = [Live(one.phase, one.status.asked_at) for one in live if one.is_live]
    measure_live(counted, datetime.now(UTC))


async def _note_end(ended: hub.Migration) -> None:
    """Write into the list what the orchestration itself could not: that the engine, or an operator, ended it."""
    record = await load(ended.id)
    if record is not None:
        status = ended.status.model_copy(update={"phase": Phase.DONE, "outcome": ended.outcome})
        await note(record, status, ended.updated_at)
