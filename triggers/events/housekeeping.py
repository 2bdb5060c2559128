"""What has to be done now and then: look after runs, look for tagged images that no event spoke of, forget old ones.

It is never switched off: what was admitted and never began is started here, and what was ended from outside closed.
"""

from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func

from hub.durable_hub import DurableHub
from migration.asking.platform import has_storage
from migration.asking.reading import settings
from records.turns import is_time, take
from steering.fleets.approving.telling import tell_fleets
from steering.fleets.forgetting import forget_fleets
from steering.telling.digest import send_digest
from steering.upkeep.forgetting import forget_old
from steering.upkeep.pausing import start_kept
from steering.upkeep.sweeping import sweep
from steering.upkeep.tending import tend
from steering.upkeep.viewing import forget_over

blueprint = df.Blueprint()
EVERY_FIVE_MINUTES = "30 */5 * * * *"
A_LITTLE_LESS = timedelta(minutes=1)  # the timer is not exact, and a turn missed by a second is one of five minutes


@blueprint.timer_trigger(arg_name="timer", schedule=EVERY_FIVE_MINUTES, run_on_startup=False, use_monitor=False)
@blueprint.durable_client_input(client_name="client")
async def keep_house(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:  # noqa: ARG001 - the binding's
    """Look after runs; for the rest the record says when it was last done, whichever instance did it."""
    current = settings()
    if not has_storage():
        return
    hub = DurableHub(client)
    await tend(hub, current)
    await start_kept(hub, current)
    if current.sweep and await take("sweep", _every(current.sweep)):
        await sweep(hub, current)
    if await take("forget", timedelta(hours=1)):
        await forget_old(hub, current.retention)
        await forget_over()
        await forget_fleets(current.retention)
    if current.notify_digest and await is_time("digest", _every(current.notify_digest)):
        await send_digest(current)  # before its turn is noted: one that dies of it is not the last of a day
        await take("digest", _every(current.notify_digest))
    await tell_fleets(current)


def _every(wait: timedelta) -> timedelta:
    return wait - min(A_LITTLE_LESS, wait / 2)
