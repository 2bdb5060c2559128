"""Records at every stage of their question, each come to by its moves."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from migration.record.admitting import admitted, advanced, begun
from migration.record.asking import asked_anew, opened
from migration.record.closing import cancelled, decided, expired
from migration.record.deletion import concluded, sending, taken
from migration.record.image_record import ImageRecord
from migration.record.question import Stage
from migration.record.run import Run
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from tests.support.samples import (
    NOW,
    VERSION,
    changed,
    make_approval,
    make_person,
    make_plan,
    make_question,
    make_start,
)

VALIDITY = timedelta(hours=24)
LATER = NOW + timedelta(hours=1)
EXPIRY = NOW + timedelta(days=7)

type Result = ImageRecord | Refusal


def of(result: Result) -> ImageRecord:
    assert isinstance(result, ImageRecord), result
    return result


def run_of(result: Run | Refusal) -> Run:
    assert isinstance(result, Run), result
    return result


def code(result: object) -> str | None:
    return result.code if isinstance(result, Refusal) else None


def moved_by(record: ImageRecord, step: Callable[[Run], Run | Refusal]) -> Result:
    assert record.run is not None
    return record.with_run(step(record.run))


def new_run(record: ImageRecord | None = None, run_id: str = "run 1") -> ImageRecord:
    """A record that has admitted a run, which has begun."""
    return of(moved_by(of(admitted(record, make_start(), run_id, NOW)), begun))


KNOWN: dict[Phase, dict[str, Any]] = {
    Phase.PREPARING: {"plan": make_plan()},
    Phase.REPLICATING: {"image_version_id": VERSION, "replication_since": NOW},
}
WAY = [Phase.PREPARING, Phase.CREATING, Phase.REPLICATING, Phase.VERIFYING]


def gone_on(run: Run, to: Phase) -> Run | Refusal:
    """The run in its next phase, with what is known by then."""
    return advanced(changed(run, KNOWN.get(to, {})), to)


def verifying(record: ImageRecord | None = None, run_id: str = "run 1") -> ImageRecord:
    """A record whose run is about to ask."""
    record = new_run(record, run_id)
    for phase in WAY:
        record = of(moved_by(record, partial(gone_on, to=phase)))
    return record


def at_stage(stage: Stage) -> ImageRecord:
    """A record that came to this stage by its moves."""
    asked = of(moved_by(verifying(), lambda run: opened(run, make_question())))
    promoting = of(decided(asked, "run 1", "question 1", make_approval(), NOW))
    approved = of(moved_by(promoting, lambda run: advanced(run, Phase.DELETING_SOURCE)))
    sent = of(sending(approved, "run 1", "question 1", "attempt", NOW, VALIDITY))
    took = of(moved_by(sent, lambda run: taken(run, "https://x/op")))
    ways: dict[Stage, Callable[[], Result]] = {
        Stage.OPEN: lambda: asked,
        Stage.APPROVED: lambda: approved,
        Stage.ACCEPTED: lambda: decided(asked, "run 1", "question 1", make_approval(decision="accept"), NOW),
        Stage.REJECTED: lambda: decided(asked, "run 1", "question 1", make_approval(decision="reject"), NOW),
        Stage.CANCELLED: lambda: cancelled(approved, "run 1", "cancelled", NOW),
        Stage.EXPIRED: lambda: expired(asked, "run 1", "nobody", EXPIRY),
        Stage.REPLACED: lambda: moved_by(
            asked, lambda run: asked_anew(run, "question 1", make_person("Bob"), NOW + timedelta(minutes=1))
        ),
        Stage.SENDING: lambda: sent,
        Stage.SENT: lambda: took,
    }
    before = approved if stage is Stage.GONE else took
    return of(ways[stage]() if stage in ways else concluded(before, "run 1", stage, "Code", "because", NOW))
