"""Ends a run whose step could not be done, however often it was tried."""

from activities.admitting import StepInput, Turn
from migration.course.endings import refused, unavailable
from migration.values.answer import Refusal
from migration.values.shortening import short


class GiveUpInput(StepInput):
    """Why: a `code` for what was still busy, none where Azure gave no usable answer."""

    code: str | None = None
    message: str


async def give_up(turn: Turn[GiveUpInput]) -> None:
    """End the run with what stood against its step."""
    code, message = turn.said.code, short(turn.said.message)
    known = unavailable(turn.run, message) if code is None else refused(turn.run, Refusal(code=code, message=message))
    await turn.end(known)
