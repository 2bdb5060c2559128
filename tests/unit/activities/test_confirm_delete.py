"""What became of a delete: told from the image itself, written down once, never concluded without a look."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from migration.approval.closing import cancelled, concluded, decided
from migration.approval.deletion import delete_sent
from migration.approval.image_record import Stage
from migration.approval.opening import opened
from migration.approval.verdict import DeleteSeen, Reference

from activities.confirm_delete import confirm_delete
from arm.errors import ArmRefusedError, ArmUnavailableError
from migration.resources.operation import OperationStatus
from migration.values.answer import Refusal
from tests.unit.samples import OWN_ID, SOURCE, make_approval, make_image, make_question, make_start

SENT_AT = datetime.now(UTC)
VALIDITY = timedelta(hours=24)
SAME, OTHER = make_image(), make_image(content="second")
AGELESS = make_image(content="second", created_at=None)
DELETING = make_image(provisioning_state="Deleting")
GONE = OperationStatus(state="Gone")
FAILED = OperationStatus(state="Failed", code="ScopeLocked", message="a lock")
FORBIDDEN = ArmRefusedError("AuthorizationFailed", "no")


@pytest.fixture
def world(records, monkeypatch):
    """A delete that was sent `age` ago, an operation, and an image as a test says; errors are raised."""

    class World:
        image: Any = SAME
        operation: Any = GONE

        def sent(self, age: timedelta = timedelta(0), **answer: Any) -> None:
            at = datetime.now(UTC) - age
            record: Any = opened(None, make_question(asked_at=at, expires_at=at + VALIDITY))
            record = decided(record, "question 1", make_approval(), at)
            record = delete_sent(record, "question 1", "attempt", at, VALIDITY)
            assert not isinstance(record, Refusal)
            deletion = record.question.deletion.model_copy(update=answer)
            records.put(record.stands(Stage.DELETE_SENT, deletion=deletion))

    world = World()

    async def find_image(_: str) -> Any:
        return _say(world.image)

    async def follow(_: str) -> Any:
        return _say(world.operation)

    monkeypatch.setattr("activities.confirm_delete.find_image", find_image)
    monkeypatch.setattr("activities.confirm_delete.follow", follow)
    return world


def _say(what: Any) -> Any:
    if isinstance(what, Exception):
        raise what
    return what


async def look() -> DeleteSeen:
    return await confirm_delete(Reference(id=OWN_ID))


HOUR, DAYS = timedelta(hours=1), timedelta(days=6)
FOLLOWED = {"answered": True, "operation_url": "https://x/op"}
REFUSED = {"answered": True, "code": "ScopeLocked", "message": "a lock"}
WITHHELD = {"answered": True, "withheld": True, "code": "SourceChanged", "message": "other disks"}

# answer to the delete, how long ago, the operation, the image -> what is seen, and its code
CASES: list[tuple[dict[str, Any], timedelta, Any, Any, str, str]] = [
    (FOLLOWED, timedelta(0), OperationStatus(state="Running"), SAME, "waiting", ""),
    (FOLLOWED, timedelta(0), OperationStatus(state="Succeeded"), None, "deleted", ""),
    (FOLLOWED, timedelta(0), GONE, None, "deleted", ""),
    (FOLLOWED, timedelta(0), FORBIDDEN, None, "deleted", ""),
    (FOLLOWED, timedelta(0), GONE, SAME, "waiting", ""),
    (FOLLOWED, timedelta(0), OperationStatus(state="Succeeded"), SAME, "waiting", ""),
    (FOLLOWED, HOUR, GONE, DELETING, "waiting", ""),
    (FOLLOWED, HOUR, GONE, SAME, "kept", "DeleteNotCarriedOut"),
    (FOLLOWED, timedelta(0), GONE, OTHER, "deleted", ""),
    (FOLLOWED, timedelta(0), FAILED, SAME, "kept", "ScopeLocked"),
    (FOLLOWED, timedelta(0), FAILED, None, "deleted", ""),
    (FOLLOWED, DAYS, GONE, FORBIDDEN, "waiting", "AuthorizationFailed"),
    (FOLLOWED, DAYS + timedelta(days=2), GONE, FORBIDDEN, "unknown", "AuthorizationFailed"),
    ({}, timedelta(0), GONE, SAME, "waiting", ""),
    ({}, HOUR, GONE, SAME, "kept", "DeleteNotCarriedOut"),
    ({}, timedelta(0), GONE, None, "deleted", ""),
    (REFUSED, timedelta(0), GONE, SAME, "kept", "ScopeLocked"),
    (REFUSED, timedelta(0), GONE, None, "deleted", ""),
    (WITHHELD, timedelta(0), GONE, OTHER, "kept", "SourceChanged"),
    (WITHHELD, timedelta(0), GONE, None, "gone", "SourceGone"),
    # Azure leaves out when the image was made: its content reads as another's, and it is there all the same.
    ({}, timedelta(0), GONE, AGELESS, "waiting", "CannotTellApart"),
    (FOLLOWED, HOUR, GONE, AGELESS, "waiting", "CannotTellApart"),
    (FOLLOWED, timedelta(days=8), GONE, AGELESS, "unknown", "CannotTellApart"),
    # What never ends is not waited for without end.
    (FOLLOWED, timedelta(days=8), OperationStatus(state="Running"), SAME, "unknown", "StillDeleting"),
    (FOLLOWED, timedelta(days=8), GONE, DELETING, "unknown", "StillDeleting"),
]


@pytest.mark.parametrize(("answer", "age", "operation", "image", "kind", "code"), CASES)
async def test_what_is_seen_is_what_the_image_says(world, records, answer, age, operation, image, kind, code):
    world.sent(age, **answer)
    world.operation, world.image = operation, image
    seen = await look()
    assert (seen.kind, seen.code) == (kind, code)
    stage = records.question(OWN_ID).stage
    assert stage == (Stage.DELETE_SENT if kind == "waiting" else Stage(kind))


async def test_an_image_made_again_since_is_told_of_and_left_alone(world):
    world.sent(**FOLLOWED)
    world.image = OTHER
    assert "made since" in str((await look()).note)


@pytest.mark.parametrize("kind", ["deleted", "gone", "unknown"])
async def test_what_was_found_before_is_told_again(world, records, kind: str):
    """The look that found it was lost on its way; by now there may be another image of that name."""
    world.sent(**FOLLOWED)
    records.apply(OWN_ID, lambda record: concluded(record, "question 1", Stage(kind), SENT_AT))
    for image in (None, SAME, OTHER, ArmUnavailableError("X", "no network")):
        world.image = image
        assert (await look()).kind == kind


async def test_a_cancel_that_came_first_is_told(world, records):
    records.apply(OWN_ID, lambda _: opened(None, make_question()))
    records.apply(OWN_ID, lambda record: cancelled(record, SOURCE, SENT_AT, "run 1"))
    assert (await look()).kind == "cancelled"


@pytest.mark.parametrize(
    ("image", "kind", "code"),
    [(SAME, "kept", "DeleteNotSent"), (None, "gone", "SourceGone"), (FORBIDDEN, "kept", "DeleteNotSent")],
)
async def test_where_nothing_was_sent_the_image_is_looked_at_all_the_same(world, records, image, kind, code):
    """Somebody else had deleted it: the migration ended as SourceKept."""
    records.apply(OWN_ID, lambda _: opened(None, make_question()))
    world.image = image
    seen = await look()
    assert (seen.kind, seen.code) == (kind, code)


async def test_without_a_record_nothing_was_deleted(world):
    seen = await look()
    assert (seen.kind, seen.code) == ("kept", "NotApproved")


async def test_a_late_look_at_a_delete_does_not_close_the_question_that_was_asked_since(world, records):
    """Its worker had been given up; meanwhile the migration had ended, and somebody had asked again."""
    world.sent(timedelta(hours=1), **FOLLOWED)
    world.image = SAME
    asked_since = make_question(id="question 2", start=make_start("run 2"))

    def ask_again() -> None:
        records.apply(OWN_ID, lambda record: concluded(record, "question 1", Stage.KEPT, SENT_AT))
        records.apply(OWN_ID, lambda record: record.model_copy(update={"question": asked_since}))

    records.before_saving = [ask_again]
    await look()
    assert records.question(OWN_ID) == asked_since
