"""What became of a delete: told from the image itself, written down once, never concluded without a look."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmRefusedError, ArmUnavailableError
from migration.course import steps
from migration.course.standing import Answer
from migration.record.closing import cancelled
from migration.record.deletion import concluded
from migration.record.question import Decided, Deletion, Stage
from migration.record.run import Obstacle, RunStage
from migration.resources.operation import OperationStatus
from migration.values.outcome import OutcomeKind, Phase
from tests.support.samples import OWN_ID, make_approval, make_image, make_question, make_record, make_run
from tests.support.steps import Migration
from tests.unit.stages import of

SENT_AT = datetime.now(UTC)
SAME, OTHER = make_image(), make_image(content="second")
AGELESS = make_image(content="second", created_at=None)
DELETING = make_image(provisioning_state="Deleting")
GONE = OperationStatus(state="Gone")
FAILED = OperationStatus(state="Failed", code="ScopeLocked", message="a lock")
FORBIDDEN = ArmRefusedError("AuthorizationFailed", "no")


class World(Migration):
    """A delete that was sent `age` ago, an operation, and an image as a test says; errors are raised."""

    image: Any = SAME
    is_listed = False
    operation: Any = GONE

    def sent(self, age: timedelta = timedelta(0), stage: Stage = Stage.SENDING, **known: Any) -> None:
        at = datetime.now(UTC) - age
        decided = Decided(approval=make_approval(), at=at)
        deletion = Deletion(sent_at=at, attempts=1, attempt="a", **known)
        question = make_question(asked_at=at, stage=stage, decided=decided, deletion=deletion)
        self.records.put(make_record(make_run(Phase.DELETING_SOURCE, question=question)))

    def unsent(self) -> None:
        decided = Decided(approval=make_approval(), at=SENT_AT)
        question = make_question(stage=Stage.APPROVED, decided=decided)
        self.records.put(make_record(make_run(Phase.DELETING_SOURCE, question=question)))

    async def look(self, **said: Any) -> Answer:
        return await self.take(steps.CONFIRM_DELETE, **said)


@pytest.fixture
def world(records, monkeypatch) -> World:
    world = World(records, OWN_ID)

    async def get_image(_: str) -> Any:
        return _say(world.image)

    async def is_gone(_: str) -> bool:
        return world.image is None and world.is_listed is False

    async def follow(_: str) -> Any:
        return _say(world.operation)

    monkeypatch.setattr("activities.confirm_delete.get_image", get_image)
    monkeypatch.setattr("activities.confirm_delete.follow", follow)
    monkeypatch.setattr("activities.confirm_delete.is_gone", is_gone)
    monkeypatch.setattr("activities.admitting.is_gone", is_gone)
    return world


def _say(what: Any) -> Any:
    if isinstance(what, Exception):
        raise what
    return what


NOW, HOUR, DAYS, WEEK = timedelta(0), timedelta(hours=1), timedelta(days=6), timedelta(days=8)
TAKEN = {"stage": Stage.SENT, "operation_url": "https://x/op"}
RUNNING, SUCCEEDED = OperationStatus(state="Running"), OperationStatus(state="Succeeded")

# what Azure said to the delete, how long ago, the operation, the image -> where the question is then, and the code
CASES: list[tuple[dict[str, Any], timedelta, Any, Any, Stage | None, str]] = [
    (TAKEN, NOW, RUNNING, SAME, None, ""),
    (TAKEN, NOW, SUCCEEDED, None, Stage.DELETED, "Migrated"),
    (TAKEN, NOW, GONE, None, Stage.DELETED, "Migrated"),
    (TAKEN, NOW, FORBIDDEN, None, Stage.DELETED, "Migrated"),
    (TAKEN, NOW, GONE, SAME, None, ""),
    (TAKEN, NOW, SUCCEEDED, SAME, None, ""),
    (TAKEN, HOUR, GONE, DELETING, None, ""),
    (TAKEN, HOUR, GONE, SAME, Stage.KEPT, "DeleteNotCarriedOut"),
    (TAKEN, NOW, GONE, OTHER, Stage.DELETED, "Migrated"),
    (TAKEN, NOW, FAILED, SAME, Stage.KEPT, "ScopeLocked"),
    (TAKEN, NOW, FAILED, None, Stage.DELETED, "Migrated"),
    (TAKEN, DAYS, GONE, FORBIDDEN, None, ""),
    (TAKEN, WEEK, GONE, FORBIDDEN, Stage.UNKNOWN, "DeleteUnknown"),
    # Sent, as far as is known, and never answered.
    ({}, NOW, GONE, SAME, None, ""),
    ({}, HOUR, GONE, SAME, Stage.KEPT, "DeleteNotCarriedOut"),
    ({}, NOW, GONE, None, Stage.DELETED, "Migrated"),
    ({}, NOW, GONE, OTHER, Stage.DELETED, "Migrated"),
    # Azure leaves out when the image was made: its content reads as another's, and it is there all the same.
    ({}, NOW, GONE, AGELESS, None, ""),
    (TAKEN, HOUR, GONE, AGELESS, None, ""),
    (TAKEN, WEEK, GONE, AGELESS, Stage.UNKNOWN, "DeleteUnknown"),
    # What never ends is not waited for without end.
    (TAKEN, WEEK, RUNNING, SAME, Stage.UNKNOWN, "DeleteUnknown"),
    (TAKEN, WEEK, GONE, DELETING, Stage.UNKNOWN, "DeleteUnknown"),
]
KINDS = {
    Stage.DELETED: OutcomeKind.MIGRATED,
    Stage.KEPT: OutcomeKind.SOURCE_KEPT,
    Stage.UNKNOWN: OutcomeKind.UNKNOWN,
}


@pytest.mark.parametrize(("said", "age", "operation", "image", "end", "code"), CASES)
async def test_what_is_seen_is_what_the_image_says(world, said, age, operation, image, end, code):
    world.sent(age, **said)
    before = world.question.stage
    world.operation, world.image = operation, image
    answer = await world.look()
    if end is None:
        assert answer.wait is not None
        assert (world.question.stage, world.run.outcome) == (before, None)
    else:
        assert (world.question.stage, world.run.stage) == (end, RunStage.ENDING)
        assert (world.outcome.kind, world.outcome.code) == (KINDS[end], code)


async def test_an_image_that_is_listed_and_not_found_is_not_told_as_deleted(world):
    """The delete was not carried out, and Azure answered 404 for a moment: it was told as Migrated."""
    world.sent(**TAKEN)
    world.image, world.is_listed = None, True
    assert (await world.look()).wait is not None
    assert (world.question.stage, world.run.outcome) == (Stage.SENT, None)


@pytest.mark.parametrize(("age", "seconds"), [(NOW, 5), (HOUR, 360), (DAYS, 3600)])
async def test_looks_grow_apart_as_time_passes(world, age: timedelta, seconds: float):
    world.sent(age, **TAKEN)
    world.image = DELETING
    wait = (await world.look()).wait
    assert wait is not None
    assert wait.seconds == pytest.approx(seconds, rel=0.01)


async def test_an_image_made_again_since_is_told_of_and_left_alone(world):
    world.sent(**TAKEN)
    world.image = OTHER
    await world.look()
    assert "made since" in world.run.notes[-1]


@pytest.mark.parametrize("kind", [Stage.DELETED, Stage.UNKNOWN])
async def test_what_was_found_before_stays_whatever_a_later_look_would_find(world, kind: Stage):
    """The look that found it was lost on its way; by now there may be another image of that name."""
    world.sent(**TAKEN)
    world.records.apply(OWN_ID, lambda record: concluded(record, "run 1", kind, "C", "r", SENT_AT))
    before = world.record
    for image in (None, SAME, OTHER, ArmUnavailableError("X", "no network")):
        world.image = image
        answer = await world.look(hint=world.hint().changed(phase=Phase.DELETING_SOURCE))
        assert answer.stand.ending
        assert world.record == before


async def test_a_cancel_that_came_first_is_told(world):
    world.unsent()
    world.records.apply(OWN_ID, lambda record: cancelled(record, "run 1", "no", SENT_AT))
    answer = await world.look(hint=world.hint().changed(phase=Phase.DELETING_SOURCE))
    assert answer.stand.ending
    assert world.outcome.kind is OutcomeKind.CANCELLED


@pytest.mark.parametrize(
    ("image", "kind", "code"),
    [
        (SAME, OutcomeKind.SOURCE_KEPT, "AzureUnavailable"),
        (None, OutcomeKind.FAILED, "SourceGone"),
        (FORBIDDEN, OutcomeKind.SOURCE_KEPT, "AzureUnavailable"),
    ],
)
async def test_where_nothing_was_sent_the_image_is_looked_at_all_the_same(world, image, kind, code):
    """Somebody else had deleted it: the migration ended as SourceKept."""
    world.unsent()
    world.image = image
    await world.insist(steps.CONFIRM_DELETE, unsent="no network")
    assert (world.outcome.kind, world.outcome.code) == (kind, code)


async def test_where_nothing_was_sent_and_the_sender_has_not_failed_nothing_is_concluded(world):
    world.unsent()
    world.image = None
    assert (await world.look()).wait is not None
    assert world.question.stage is Stage.APPROVED


async def test_without_a_record_nothing_was_deleted(world):
    world.unsent()
    hint = world.hint()
    world.records.forget(OWN_ID)
    assert (await world.look(hint=hint)).stand.kind == "gone"


async def test_a_late_look_at_a_delete_does_not_close_the_question_that_was_asked_since(world):
    """Its worker had been given up; meanwhile the migration had ended, and somebody had asked again."""
    world.sent(HOUR, **TAKEN)
    world.image = None
    asked_since = make_run(Phase.AWAITING_APPROVAL, id="run 2", question=make_question(id="question 2"))

    def ask_again() -> None:
        ended = concluded(world.record, "run 1", Stage.KEPT, "C", "r", SENT_AT)
        world.records.put(of(ended).changed(run=asked_since))

    world.records.before_saving = [ask_again]
    answer = await world.look()
    assert (answer.stand.kind, answer.stand.run) == ("other", "run 2")
    assert world.run == asked_since


async def test_a_delete_that_another_worker_sends_while_this_one_looks_is_not_told_as_somebody_elses(world):
    """This worker's sender had failed; another took its place, deleted the source, and was overruled."""
    world.unsent()
    world.image = None
    long_ago = datetime.now(UTC) - HOUR
    world.change(obstacles=[Obstacle(code="SourceGone", message="it is gone", since=long_ago)])
    deletion = Deletion(sent_at=datetime.now(UTC), attempts=1, attempt="b")
    world.records.before_saving = [lambda: world.change_question(stage=Stage.SENDING, deletion=deletion)]
    await world.look(unsent="no network")
    assert (world.question.stage, world.run.outcome) == (Stage.SENDING, None)
