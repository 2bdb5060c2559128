""" "Sent" means sent: what Azure did not take gives the approval back, what it may have taken never does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities import delete_source_image as step
from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.course import steps
from migration.fleet.fleet import FleetStage
from migration.promise.evidence import Evidence
from migration.record.closing import cancelled
from migration.record.question import Decided, Deletion, Stage
from migration.record.run import RunStage
from migration.resources.image import ManagedImage
from migration.resources.operation import Operation
from migration.values.answer import Refusal
from migration.values.outcome import OutcomeKind, Phase
from records.errors import RecordsUnavailableError
from records.fleets.held import write_fleet
from records.table import ChangedMeanwhileError
from tests.support.fleets import BEGUN_AT, FLEET, make_fleet, make_member
from tests.support.samples import (
    OWN_ID,
    changed,
    make_approval,
    make_image,
    make_question,
    make_record,
    make_run,
    make_version,
)
from tests.support.steps import Migration

THROTTLED = ArmThrottledError("TooManyRequests", "m", 324)
NOT_FOUND = ArmNotFoundError("ResourceNotFound", "not there")
BUSY = ArmRefusedError("OperationNotAllowed", "machines are being provisioned from it")


class Azure(Migration):
    """A source and its copy, and how Azure answers a delete: an error is raised, `calls` counts the deletes."""

    image: ManagedImage | None = None
    version: Any = None
    says: ArmError | Operation = Operation(url="https://x/op", seconds=7)
    calls = 0
    looks_take = timedelta(0)

    async def sends(self) -> Any:
        return await self.take(steps.DELETE_SOURCE_IMAGE)

    def can_be_cancelled(self) -> bool:
        result = cancelled(self.record, "run 1", "no", datetime.now(UTC))
        return not isinstance(result, Refusal)


@pytest.fixture
def azure_says(records, monkeypatch) -> Azure:
    """An approved question in the phase of its delete, in an Azure that a test makes answer."""
    world = Azure(records, OWN_ID)
    world.image, world.version = (
        make_image(),
        make_version(tags={"source-content": "first"}, region_deletion_allowed=False),
    )
    decided = Decided(approval=make_approval(), at=datetime.now(UTC))
    question = make_question(stage=Stage.APPROVED, decided=decided)
    records.put(make_record(make_run(Phase.DELETING_SOURCE, question=question)))

    async def get_image(_: str) -> ManagedImage | None:
        return world.image

    async def is_gone(_: str) -> bool:
        return world.image is None

    async def get_version(_: str, **_more: Any) -> Any:
        return world.version

    async def nothing(*_: Any) -> Evidence:
        return Evidence(read_at=datetime.now(UTC)).having(consumers=[], locks=[])

    async def start_delete(_: str) -> Operation:
        world.calls += 1
        if isinstance(world.says, Exception):
            raise world.says
        return world.says

    monkeypatch.setattr("steering.gathering.evidence.get_image", get_image)
    monkeypatch.setattr("steering.gathering.evidence.get_version", get_version)
    monkeypatch.setattr(step, "get_image", get_image)
    monkeypatch.setattr(step, "find_uses", nothing)
    monkeypatch.setattr(step, "start_delete", start_delete)
    monkeypatch.setattr("activities.confirm_delete.get_image", get_image)
    for module in ("confirm_delete", "admitting"):
        monkeypatch.setattr(f"activities.{module}.is_gone", is_gone)
    return world


async def test_a_delete_that_azure_takes_is_sent_with_its_operation(azure_says):
    answer = await azure_says.sends()
    assert (answer.wait.seconds, azure_says.calls) == (7, 1)
    assert azure_says.question.stage is Stage.SENT
    assert not azure_says.can_be_cancelled()


@pytest.mark.parametrize(("error", "seconds"), [(THROTTLED, 324), (BUSY, 30), (NOT_FOUND, 30)])
async def test_what_azure_does_not_take_now_gives_the_approval_back_and_waits(azure_says, error, seconds: float):
    """Throttled once, a delete could not be cancelled any more, and was told as sent."""
    azure_says.says = error
    answer = await azure_says.sends()
    assert answer.later.seconds == seconds
    assert (azure_says.question.stage, azure_says.question.deletion) == (Stage.APPROVED, None)
    assert azure_says.run.is_live
    assert azure_says.can_be_cancelled()
    azure_says.says = Azure.says
    assert (await azure_says.sends()).wait is not None
    assert (azure_says.question.stage, azure_says.calls) == (Stage.SENT, 2)


@pytest.mark.parametrize("error", [ArmRefusedError("ScopeLocked", "a lock")])
async def test_what_azure_refuses_is_told_as_not_sent(azure_says, error):
    azure_says.says = error
    await azure_says.sends()
    assert (azure_says.outcome.kind, azure_says.outcome.code) == (OutcomeKind.SOURCE_KEPT, error.code)
    assert (azure_says.question.stage, azure_says.question.deletion) == (Stage.KEPT, None)


@pytest.mark.parametrize("error", [ArmUnavailableError("ServiceRequestError", "no network")])
async def test_a_delete_whose_answer_was_lost_may_have_happened_and_is_never_given_back(azure_says, error):
    azure_says.says = error
    assert (await azure_says.sends()).wait is not None
    assert azure_says.question.stage is Stage.SENDING
    assert not azure_says.can_be_cancelled()


async def test_what_the_last_look_refuses_was_never_sent(azure_says):
    azure_says.version = make_version(tags={"source-content": "first"}, replication_mode="Shallow")
    await azure_says.sends()
    assert (azure_says.outcome.code, azure_says.calls) == ("ShallowReplication", 0)
    assert azure_says.question.deletion is None


async def test_a_last_look_that_is_too_old_when_the_call_would_go_out_is_taken_anew(azure_says, monkeypatch, records):
    """The swap waited for storage; what had been looked at might not be true any more."""

    class Clock(datetime):
        ahead = timedelta(0)

        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + cls.ahead

    def slow() -> None:
        Clock.ahead = step.LOOK_COUNTS + timedelta(seconds=1)

    monkeypatch.setattr(step, "datetime", Clock)
    records.before_saving.append(slow)
    answer = await azure_says.sends()
    assert (answer.later.reason, azure_says.calls) == ("the last look took too long", 0)
    assert (azure_says.question.stage, azure_says.question.deletion) == (Stage.APPROVED, None)
    assert azure_says.can_be_cancelled()
    assert (await azure_says.sends()).wait is not None
    assert azure_says.calls == 1


# Sent again: after a crash, or by two workers


def sent_before(world: Azure, **changes: Any) -> None:
    """As a worker that was killed between the swap and the answer has left it."""
    deletion = Deletion(sent_at=datetime.now(UTC), attempts=1, attempt="of a worker that is gone")
    world.change_question(stage=Stage.SENDING, deletion=changed(deletion, changes))


async def test_a_delete_is_sent_again_after_a_crash_and_is_the_same_delete(azure_says):
    sent_before(azure_says)
    assert (await azure_says.sends()).wait is not None
    assert (azure_says.calls, azure_says.question.stage, azure_says.question.deletion.attempts) == (1, Stage.SENT, 2)


@pytest.mark.parametrize("error", [THROTTLED, BUSY, ArmRefusedError("ScopeLocked", "a lock")])
async def test_what_another_attempt_may_have_sent_is_not_given_back_whatever_this_one_is_told(azure_says, error):
    sent_before(azure_says)
    azure_says.says = error
    assert (await azure_says.sends()).wait is not None
    assert (azure_says.question.stage, azure_says.run.outcome) == (Stage.SENDING, None)
    assert not azure_says.can_be_cancelled()


@pytest.mark.parametrize("lapsed", [True, False])
async def test_what_may_have_been_sent_is_never_told_as_kept_because_the_approval_lapsed(azure_says, lapsed: bool):
    sent_before(azure_says)
    if lapsed:
        long_ago = azure_says.question.decided.changed(at=datetime.now(UTC) - timedelta(days=2))
        azure_says.change_question(decided=long_ago)
    else:
        azure_says.version = None
    assert (await azure_says.sends()).wait is not None
    assert (azure_says.question.stage, azure_says.run.outcome, azure_says.calls) == (Stage.SENDING, None, 0)


async def test_a_source_that_is_gone_when_the_delete_is_sent_again_was_deleted_by_the_first(azure_says):
    sent_before(azure_says)
    azure_says.image = None
    assert (await azure_says.sends()).wait is not None
    await azure_says.take(steps.CONFIRM_DELETE)
    assert azure_says.outcome.kind is OutcomeKind.MIGRATED


async def test_a_source_that_is_gone_before_anything_was_sent_was_deleted_by_somebody_else(azure_says):
    azure_says.image = None
    await azure_says.insist(steps.DELETE_SOURCE_IMAGE)
    assert (azure_says.outcome.kind, azure_says.outcome.code) == (OutcomeKind.FAILED, "SourceGone")
    assert (azure_says.question.stage, azure_says.run.stage) == (Stage.GONE, RunStage.ENDING)


async def test_a_source_that_another_worker_has_deleted_meanwhile_is_not_told_as_somebody_elses(azure_says, records):
    """This worker looked when the first had deleted, and wrote SourceGone over what the first had sent."""
    azure_says.image = None
    records.before_saving.append(lambda: sent_before(azure_says))
    await azure_says.sends()
    assert azure_says.run.outcome is None, azure_says.run.outcome
    assert azure_says.question.stage is Stage.SENDING


async def test_a_delete_that_was_taken_is_not_sent_again(azure_says):
    await azure_says.sends()
    assert (await azure_says.sends()).wait is not None
    assert azure_says.calls == 1


async def test_a_swap_whose_answer_was_lost_is_known_again_and_the_delete_sent(azure_says, records):
    records.lost.append(ChangedMeanwhileError("412"))
    assert (await azure_says.sends()).wait is not None
    assert (azure_says.question.stage, azure_says.calls) == (Stage.SENT, 1)
    assert azure_says.question.deletion.attempts == 1


async def test_a_swap_that_may_have_happened_is_not_followed_by_a_delete(azure_says, records):
    records.lost.append(RecordsUnavailableError("timeout"))
    with pytest.raises(RecordsUnavailableError):
        await azure_says.sends()
    assert (azure_says.calls, azure_says.question.stage) == (0, Stage.SENDING)
    assert (await azure_says.sends()).wait is not None  # the step is run again: the same delete of the same image
    assert (azure_says.calls, azure_says.question.stage) == (1, Stage.SENT)


async def test_a_note_of_an_answer_that_is_lost_leaves_the_delete_as_one_that_may_have_been_sent(azure_says, records):
    records.before_saving = [lambda: None, lambda: setattr(records, "is_down", True)]
    with pytest.raises(RecordsUnavailableError):
        await azure_says.sends()
    records.is_down = False
    assert (azure_says.calls, azure_says.question.stage) == (1, Stage.SENDING)
    assert not azure_says.can_be_cancelled()


class OfAFleet:
    """The fleet that started the run, in its row."""

    def __init__(self, azure: Azure, records: Any, before: str | None = None) -> None:
        start = azure.run.start.changed(fleet=FLEET)
        records.put(make_record(azure.run.changed(start=start, admitted_at=BEGUN_AT, before=before)))

    async def stands(self, stage: FleetStage, at: datetime) -> None:
        await write_fleet(make_fleet(1, stage=stage, by="Grace", reason="wrong gallery", at=at), [make_member(1)])


async def test_nothing_is_deleted_once_its_fleet_is_cancelled_though_its_own_cancel_is_to_come(azure_says, records):
    """The cancel of a fleet was answered with 202, and images of it were deleted until it came to them."""
    await OfAFleet(azure_says, records).stands(FleetStage.CANCELLED, datetime.now(UTC))
    await azure_says.sends()
    assert azure_says.calls == 0
    assert (azure_says.outcome.kind, azure_says.outcome.reason) == (
        OutcomeKind.CANCELLED,
        "cancelled: the fleet was cancelled by Grace: wrong gallery",
    )


@pytest.mark.parametrize("stage", [FleetStage.RUNNING, FleetStage.PAUSED, FleetStage.OVER])
async def test_a_fleet_that_goes_on_or_is_over_keeps_no_delete(azure_says, records, stage: FleetStage):
    await OfAFleet(azure_says, records).stands(stage, datetime.now(UTC))
    await azure_says.sends()
    assert azure_says.calls == 1


async def test_a_run_that_was_asked_for_after_its_fleet_was_cancelled_is_not_stopped_by_that(azure_says, records):
    fleet = OfAFleet(azure_says, records, before="run 0")
    await fleet.stands(FleetStage.CANCELLED, BEGUN_AT - timedelta(hours=1))
    await azure_says.sends()
    assert azure_says.calls == 1


async def test_a_run_that_its_fleet_began_while_it_was_being_cancelled_deletes_nothing(azure_says, records):
    """A look had read the fleet before the cancel, and had the run admitted after it."""
    await OfAFleet(azure_says, records).stands(FleetStage.CANCELLED, BEGUN_AT - timedelta(seconds=1))
    await azure_says.sends()
    assert azure_says.calls == 0


async def test_nothing_is_deleted_while_it_cannot_be_read_whether_its_fleet_is_cancelled(azure_says, records):
    await OfAFleet(azure_says, records).stands(FleetStage.RUNNING, datetime.now(UTC))
    records.rows["fleet", FLEET]["document0"] = "nonsense"
    with pytest.raises(RecordsUnavailableError):
        await azure_says.sends()
    assert azure_says.calls == 0
