"""What crosses the durable boundary: a hint of where a run is, and how the record says that it stands."""

from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from migration.record.image_record import ImageRecord
from migration.record.notices import seconds_until_due
from migration.record.run import RunStage
from migration.values.answer import Later
from migration.values.outcome import OutcomeKind, Phase
from migration.values.value import FORMAT, Value


class Hint(Value):
    """The input of an orchestration, and all of it: which run it is for, and in which phase that was.

    Anyone with the system key can write it. It allows nothing and tells nothing: each step asks the record.
    """

    format: int = FORMAT
    run: str
    phase: Phase = Phase.PLANNING


def read_hint(payload: Any) -> Hint | None:
    """Read an input; None for one of an earlier format, or of nobody."""
    try:
        return Hint.model_validate(payload)
    except ValidationError:
        return None


class Wait(Value):
    """Nothing to do for so many seconds, unless an event comes."""

    seconds: float


class Ended(Value):
    """How a run ended, in the two words that are stable."""

    kind: OutcomeKind
    code: str


class Stand(Value):
    """How the run of a step stands. `go`: in this phase; `other`: another run lives, which is named; `over`: nothing is
    left to do; `gone`: there is no record any more.

    `ending` has an outcome to tell. `notice_seconds` is the time until a notification is due, None where none is owed.
    """

    kind: Literal["go", "other", "over", "gone"]
    run: str = ""
    phase: Phase = Phase.DONE
    ending: bool = False
    notice_seconds: float | None = None
    expires_at: datetime | None = None
    image_version_id: str | None = None
    outcome: Ended | None = None

    def hint(self) -> Hint:
        """Return what to go on with."""
        return Hint(run=self.run, phase=self.phase)


class Answer(Value):
    """The envelope every activity returns: how the run stands after it, and when to ask again.

    `refused` is the code of what kept the step from being done, and has ended the run.
    """

    stand: Stand
    later: Later | None = None
    wait: Wait | None = None
    refused: str | None = None


def stand_of(record: ImageRecord | None, hint: Hint, instance_id: str, now: datetime) -> Stand:
    """Say how the run of a hint stands. Only under its own instance id is an image's run gone on with."""
    if record is None:
        return Stand(kind="gone" if hint.phase is not Phase.PLANNING else "over")
    run = record.run
    if run is None or instance_id != record.migration_id:
        return Stand(kind="over")
    if run.id != hint.run:
        lives = run.stage is not RunStage.ENDED
        return Stand(kind="other", run=run.id, phase=run.phase) if lives else Stand(kind="over")
    return Stand(
        kind="over" if run.stage is RunStage.ENDED else "go",
        run=run.id,
        phase=run.phase,
        ending=run.stage is RunStage.ENDING,
        notice_seconds=seconds_until_due(run.all_owed, now),
        expires_at=run.question.expires_at if run.question else None,
        image_version_id=run.image_version_id,
        outcome=Ended(kind=run.outcome.kind, code=run.outcome.code) if run.outcome else None,
    )
