"""Counts what is under way, for operators: how many migrations in which phase, and how long the oldest question waits.

Nothing else knows it: work moves between processes, and a count kept in one would be wrong after its end.
"""

from datetime import UTC, datetime

import azure.durable_functions as df
import azure.functions as func

from migration.asking.platform import has_storage
from migration.telling.status import Status
from records.index import Filter, every
from telemetry.measuring import Live, measure_live

blueprint = df.Blueprint()
EVERY_FIVE_MINUTES = "0 */5 * * * *"


@blueprint.timer_trigger(arg_name="timer", schedule=EVERY_FIVE_MINUTES, run_on_startup=False, use_monitor=False)
async def measure_migrations(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding's
    """Set the gauges."""
    if has_storage():
        measure_live(await count_live(), datetime.now(UTC))


async def count_live() -> list[Live]:
    """Count what has no outcome, by the list: it is kept up to its records by the clock."""
    return [_live(row.status) async for row in every(Filter(live=True)) if row.status.outcome is None]


def _live(status: Status) -> Live:
    return Live(status.phase, status.asked_at, status.waiting_for == "place")
