"""What has to be done now and then: look for tagged images that no event spoke of, and forget what ended long ago."""

from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func

from migration.asking.settings import has_storage, settings
from records.turns import take
from steering.forgetting import forget_old
from steering.pausing import start_kept
from steering.sweeping import sweep
from triggers.finding.hub import DurableHub

blueprint = df.Blueprint()
EVERY_FIVE_MINUTES = "30 */5 * * * *"
A_LITTLE_LESS = timedelta(minutes=1)  # the timer is not exact, and a turn missed by a second is one of five minutes


@blueprint.timer_trigger(arg_name="timer", schedule=EVERY_FIVE_MINUTES, run_on_startup=False, use_monitor=False)
@blueprint.durable_client_input(client_name="client")
async def keep_house(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:  # noqa: ARG001 - the binding's
    """Look whether it is time for either; the record says when it was last done, whichever instance did it."""
    current = settings()
    if not has_storage(current):
        return
    hub = DurableHub(client)
    await start_kept(hub)
    if current.sweep and await take("sweep", current.sweep - min(A_LITTLE_LESS, current.sweep / 2)):
        await sweep(hub)
    if await take("forget", timedelta(hours=1)):
        await forget_old(hub)
