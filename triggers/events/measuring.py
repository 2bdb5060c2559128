"""Looks after what is under way, and counts it for operators: how many are in each phase, how old the oldest question.

Nothing else knows it: work moves between processes, and a count kept in one would be wrong after its end.
"""

from datetime import UTC, datetime

import azure.durable_functions as df
import azure.functions as func

from migration.asking.settings import has_storage, settings
from steering.task_hub import TaskHub
from steering.tending import tend
from telemetry.measuring import Live, measure_live
from triggers.finding.hub import DurableHub

blueprint = df.Blueprint()
EVERY_FIVE_MINUTES = "0 */5 * * * *"


@blueprint.timer_trigger(arg_name="timer", schedule=EVERY_FIVE_MINUTES, run_on_startup=False, use_monitor=False)
@blueprint.durable_client_input(client_name="client")
async def measure_migrations(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:  # noqa: ARG001 - the binding's
    """Set the gauges."""
    if has_storage(settings()):
        measure_live(await count_live(DurableHub(client)), datetime.now(UTC))


async def count_live(hub: TaskHub) -> list[Live]:
    """Count what is under way, as it is after it was looked after."""
    return [Live(one.run.phase, one.run.question.asked_at if one.run.question else None) for one in await tend(hub)]
