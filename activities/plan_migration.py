"""Step 1: a complete plan, or every problem at once. Nothing has been written when it returns."""

from arm.planning import draw_up_plan
from migration.asking.start import MigrationStart
from migration.plan.plan import PlanResult


async def plan_migration(start: MigrationStart) -> PlanResult:
    """Plan a migration from what Azure says now."""
    return await draw_up_plan(start)
