"""Step 1: a complete plan, or every problem at once. Nothing has been written in Azure when it returns."""

from datetime import UTC, datetime
from functools import partial

from activities.admitting import Turn
from migration.asking.reading import settings
from migration.asking.start import MigrationStart
from migration.course.endings import stopped_by
from migration.course.steps import StepInput
from migration.record.admitting import planned
from migration.record.run import Person, Run, with_requester
from migration.values.answer import Later, Refusal
from steering.gathering.planning import draw_up_plan


async def plan_migration(turn: Turn[StepInput]) -> Later | Refusal | None:
    """Plan the run from what Azure says now."""
    result = await draw_up_plan(turn.run.start, settings(), turn.record.copies)
    if result.start is not None:
        await turn.move(partial(_asked_otherwise, start=result.start))
    if result.plan is None:
        return stopped_by(result.problems)
    plan = result.plan
    await turn.move(lambda now: planned(now, plan, datetime.now(UTC)))
    return None


def _asked_otherwise(run: Run, start: MigrationStart) -> Run:
    """Take over tags that were changed since the run was admitted: whoever changed them has asked, too."""
    who = Person(name=start.requested_by, ids=start.requester_ids)
    return run.changed(start=start, requesters=with_requester(run.requesters, who) or [who])
