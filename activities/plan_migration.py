"""Step 1: a complete plan, or every problem at once. Nothing has been written in Azure when it returns."""

from datetime import UTC, datetime

from activities.admitting import StepInput, Turn
from arm.planning import draw_up_plan
from migration.course.endings import refused_plan
from migration.plan.plan import Plan
from migration.record.admitting import advanced, begun
from migration.record.audit import entry
from migration.record.run import Run
from migration.values.answer import Refusal
from migration.values.outcome import Phase


async def plan_migration(turn: Turn[StepInput]) -> Refusal | None:
    """Take the run's first step, and plan it from what Azure says now."""
    run = await turn.move(begun)
    result = await draw_up_plan(run.start)
    if result.start is not None:
        changed = result.start
        run = await turn.move(lambda now: now.changed(start=changed))
    if result.plan is None:
        return refused_plan(result.problems)
    plan = result.plan
    await turn.move(lambda now: _planned(now, plan))
    return None


def _planned(run: Run, plan: Plan) -> Run | Refusal:
    preparing = advanced(run, Phase.PREPARING, plan=plan, notes=plan.notes)
    if isinstance(preparing, Refusal):
        return preparing
    return preparing.audited(entry(datetime.now(UTC), "planned", plan.image_version_id))
