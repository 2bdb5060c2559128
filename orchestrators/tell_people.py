"""Telling what the record of an image owes: beside its migrations, which go on, end and begin anew meanwhile.

Who is told what, and how often that is tried, is in the record. One that is lost is started again by the clock, as long
as something is owed.
"""

from datetime import timedelta
from typing import Any

from durabletask.task import OrchestrationContext, TaskFailedError, when_any

from migration import names
from migration.course import steps
from migration.course.steps import Image
from migration.values.ids import migration_of_teller
from orchestrators.calling import AGAIN_SOON, RETRY, UNREADABLE, Steps, is_of

ROUNDS = 30  # keeps one execution's history short
SHORTEST = timedelta(seconds=1)


def tell_people(ctx: OrchestrationContext, _payload: Any) -> Steps[Any]:
    """Deliver what is due until nothing is owed. The instance id alone says of which image."""
    migration_id = migration_of_teller(ctx.instance_id)
    if migration_id is None:
        return {"ended": "this instance is of no image: nobody was told anything"}
    for _ in range(ROUNDS):
        more = ctx.wait_for_external_event(names.OWED_EVENT)
        try:
            said = Image(migration_id=migration_id).dump()
            given = yield ctx.call_activity(steps.DELIVER_NOTIFICATIONS.name, input=said, retry_policy=RETRY)
        except TaskFailedError as failure:
            if not is_of(failure, UNREADABLE):
                raise
            yield ctx.create_timer(AGAIN_SOON)  # what is owed cannot be read now
            break
        if more.is_complete:
            continue
        seconds = steps.DELIVER_NOTIFICATIONS.read(given).seconds
        if seconds is None:
            return None
        if seconds == 0:
            continue
        timer = ctx.create_timer(max(timedelta(seconds=seconds), SHORTEST))
        yield when_any([more, timer])
        if not timer.is_complete:
            timer.cancel()
        more.cancel()
    ctx.continue_as_new(None, save_events=True)
    return None
