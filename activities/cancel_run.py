"""A cancel that was raised as an event of the platform's: it counts for the run that the orchestration carries out."""

from activities.admitting import Turn
from migration.course.steps import CancelInput
from steering.runs import cancelling


async def cancel_run(turn: Turn[CancelInput]) -> None:
    """Cancel the run, unless a delete may have been sent."""
    if turn.said.look or not turn.run.is_live:
        return
    refusal = await cancelling.cancel_run(turn.held, turn.said.run, turn.said.reason)
    if refusal is not None and turn.run.is_live:
        await turn.move(lambda run: run.noted("it was too late to cancel"))
