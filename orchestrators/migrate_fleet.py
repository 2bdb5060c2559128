"""The migration of a fleet: looks at it again and again, each look an activity that starts the images that are due.

It holds nothing but its instance id, which is the fleet's: what to do next, the records say at each look. So one that
is lost is started anew by the clock, and one that somebody forges finds no fleet. Images are started with
orchestrations of their own, never below this one.
"""

from datetime import timedelta
from typing import Any

from durabletask.task import OrchestrationContext, TaskFailedError, when_any

from migration import names
from migration.course import steps
from migration.course.steps import FleetLook
from migration.fleet.fleet import is_fleet_id
from orchestrators.calling import AGAIN_SOON, RETRY, UNREADABLE, Steps, is_of

LOOKS = 50  # keeps one execution's history under 500 events, however many images there are
SHORTEST = timedelta(seconds=1)


def migrate_fleet(ctx: OrchestrationContext, _payload: Any) -> Steps[Any]:
    """Look at the fleet until nothing of it is left to be done."""
    if not is_fleet_id(ctx.instance_id):
        return {"ended": "this instance is of no fleet: nothing was started"}
    for _ in range(LOOKS):
        changed = ctx.wait_for_external_event(names.FLEET_CHANGED_EVENT)
        try:
            said = FleetLook(fleet=ctx.instance_id).dump()
            given = yield ctx.call_activity(steps.ADVANCE_FLEET.name, input=said, retry_policy=RETRY)
        except TaskFailedError as failure:
            if not is_of(failure, UNREADABLE):
                raise
            yield ctx.create_timer(AGAIN_SOON)  # what cannot be read starts nothing
            break
        if changed.is_complete:
            continue
        seconds = steps.ADVANCE_FLEET.read(given).seconds
        if seconds is None:
            return None
        timer = ctx.create_timer(max(timedelta(seconds=seconds), SHORTEST))
        yield when_any([changed, timer])
        if not timer.is_complete:
            timer.cancel()
        changed.cancel()
    ctx.continue_as_new(None, save_events=True)
    return None
