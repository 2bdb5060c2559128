"""Lets a step happen only for the run that the record admits, and turns what it says into the `Answer` that crosses the
durable boundary. A refusal ends the run: in the record, where it is told from.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from arm.surveys.absence import is_gone
from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.asking.reading import settings
from migration.asking.settings import SettingsInvalidError
from migration.course.endings import out_of_patience, refused
from migration.course.obstacles import hindered, pause_seconds, unhindered, waited
from migration.course.standing import Answer, Stand, Wait, stand_of
from migration.course.steps import StepInput
from migration.record.admitting import begun, ended
from migration.record.image_record import ImageRecord
from migration.record.run import Run, RunStage
from migration.values.answer import AZURE_UNAVAILABLE, IN_PROGRESS, NO_PLACE, SETTINGS, SOON_SECONDS, Later, Refusal
from migration.values.outcome import Outcome
from migration.values.value import Value
from records.store import Held, hold
from steering.runs.changing import change_of_run, change_run
from steering.runs.unheard import unless_unheard

SOON_DONE = 3  # tries in which what is being made is mostly there: nobody needs to be told of it
_LOG = logging.getLogger(__name__)


class OvertakenError(Exception):
    """The record has moved on, by another worker or somebody's decision: the step is not this one's any more."""


@dataclass
class Turn[Input: StepInput]:
    """A step of a run that is admitted: the record as it is held, and what the orchestration said beside."""

    held: Held
    said: Input
    step: str = ""

    @property
    def run(self) -> Run:
        """The run, as the record had it last."""
        if self.held.run is None or self.held.run.id != self.said.run:
            raise OvertakenError
        return self.held.run

    @property
    def record(self) -> ImageRecord:
        if self.held.record is None:
            raise OvertakenError
        return self.held.record

    async def move(self, step: Callable[[Run], Run | Refusal]) -> Run:
        """Change the run; raises OvertakenError where the record says no to it."""
        result = await change_run(self.held, self.said.run, lambda run: _unless_unheard(step(run)))
        if isinstance(result, Refusal):
            raise OvertakenError(result.code)
        return self.run

    async def change(self, step: Callable[[ImageRecord], ImageRecord | Refusal]) -> ImageRecord | Refusal:
        """Change the record, as long as the run is this one."""
        return await change_of_run(self.held, self.said.run, lambda record, _: step(record))

    async def end(self, outcome: Outcome) -> None:
        """End the run with an outcome."""
        result = await self.change(lambda record: ended(record, self.said.run, outcome, datetime.now(UTC)))
        if isinstance(result, Refusal):
            raise OvertakenError(result.code)

    async def proved(self, refusal: Refusal) -> Refusal | Later:
        """Return a refusal that says that something is gone once that is sure: by time, and by what would hold it."""
        if refusal.absent is None:
            return refusal
        later = Later(seconds=SOON_SECONDS, reason=refusal.message, code=refusal.code)
        looked_for = waited(self.run, refusal.code, datetime.now(UTC))
        if looked_for < self.run.start.patience.absence or not await self._is_gone(refusal.absent):
            return later
        return refusal

    async def _is_gone(self, resource_id: str) -> bool:
        try:
            return await is_gone(resource_id)
        except ArmError:
            return False  # it cannot be seen now


def _unless_unheard(run: Run | Refusal) -> Run | Refusal:
    """Under wrong settings nobody knows who is to hear of it: whoever delivers waits for right ones."""
    with suppress(SettingsInvalidError):
        return unless_unheard(run, settings(), datetime.now(UTC)) if isinstance(run, Run) and run.all_owed else run
    return run


type Step[Input: StepInput] = Callable[[Turn[Input]], Awaitable[Value | None]]


class When(StrEnum):
    """For which runs a step is: one in its phase, one that has its outcome, one that is over, or any."""

    IN_PHASE = "in phase"
    ENDING = "ending"
    ENDED = "ended"
    ANY = "any"


async def admitted[Input: StepInput](said: Input, step: Step[Input], when: When = When.IN_PHASE) -> Answer:
    """Do a step if the record admits it; says how the run stands after it."""
    held = await hold(said.migration_id)
    stand = stand_of(held.record, said, said.migration_id, datetime.now(UTC))
    if stand.kind == "gone":
        _LOG.warning("%s: its record is gone, so nothing is deleted", said.migration_id)
    if not _is_its_turn(stand, said, when):
        return Answer(stand=stand)
    turn = Turn(held, said, getattr(step, "__name__", ""))
    answer = await _done(turn, step, stand, is_waited_for=when in {When.IN_PHASE, When.ENDING})
    return answer.changed(stand=stand_of(held.record, said, said.migration_id, datetime.now(UTC)))


def _is_its_turn(stand: Stand, said: StepInput, when: When) -> bool:
    is_own = stand.run == said.run and stand.kind in {"go", "over"}
    match when:
        case When.IN_PHASE:
            return is_own and stand.kind == "go" and not stand.ending and stand.phase is said.phase
        case When.ENDING:
            return is_own and stand.ending
        case When.ENDED:
            return is_own and stand.kind == "over"
        case When.ANY:
            return is_own


async def _done[Input: StepInput](turn: Turn[Input], step: Step[Input], stand: Stand, *, is_waited_for: bool) -> Answer:
    try:
        if turn.run.stage is RunStage.ADMITTED:
            await turn.move(begun)
        said = await _answer(turn, step(turn))
        if is_waited_for:
            said = await _with_patience(turn, said)
        if isinstance(said, Refusal):
            await turn.end(refused(turn.run, said))
    except OvertakenError:
        return Answer(stand=stand)
    return Answer(
        stand=stand,
        later=said if isinstance(said, Later) else None,
        wait=said if isinstance(said, Wait) else None,
        refused=said.code if isinstance(said, Refusal) else None,
    )


async def _answer[Input: StepInput](turn: Turn[Input], step: Awaitable[Value | None]) -> Value | None:
    """Await a step. What passes is waited for; what is a fact is a refusal."""
    try:
        said = await step
    except ArmRefusedError as error:
        return Refusal(code=error.code, message=error.message)
    except (ArmError, SettingsInvalidError) as error:
        said = _passing(error)
    return await turn.proved(said) if isinstance(said, Refusal) else said


def _passing(error: ArmError | SettingsInvalidError) -> Later:
    """Say what a step waits for that could not be done: an Azure that is busy, away, or lags, or a setting."""
    match error:
        case ArmThrottledError():
            return Later(seconds=error.retry_after_seconds, reason=error.message, code=error.code)
        case ArmUnavailableError():
            return Later(seconds=SOON_SECONDS, reason=str(error), code=AZURE_UNAVAILABLE)
        case ArmNotFoundError():  # normal for a while after something was made
            return Later(seconds=SOON_SECONDS, reason=error.message, code=error.code)
        case _:
            return Later(seconds=SOON_SECONDS, reason=str(error), code=SETTINGS)


async def _with_patience[Input: StepInput](turn: Turn[Input], said: Value | None) -> Value | None:
    """Note what a run waits for, or that it waits for nothing any more. For a place it waits as long as it takes."""
    if isinstance(said, Later) and said.code != NO_PLACE:
        return await _patiently(turn, said)
    run = turn.held.run
    if not isinstance(said, Refusal) and run is not None and unhindered(run, turn.step) is not run:
        await turn.move(lambda known: unhindered(known, turn.step))
    return said


async def _patiently[Input: StepInput](turn: Turn[Input], later: Later) -> Later | None:
    """Note what a run waits for, and say when to try again; one that lives and has waited long enough for it ends."""
    now = datetime.now(UTC)
    if later.code == IN_PROGRESS and turn.said.tries < SOON_DONE:
        return later
    run = await turn.move(lambda known: hindered(known, later, now, turn.step))
    if run.is_live and waited(run, later.code, now) >= run.start.patience.obstacle:
        await turn.end(out_of_patience(run, later))
        return None
    return later.changed(seconds=pause_seconds(run, later, now))
