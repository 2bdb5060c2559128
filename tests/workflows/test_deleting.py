"""The delete, and what became of it: no outcome without a look at the image, however long nobody can look."""

from datetime import timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.course import steps
from migration.promise.checks import CHECKS, PromiseCheck
from migration.promise.evidence import Consumer, Part
from migration.record.question import Stage
from migration.record.run import RunStage
from migration.resources.lock import Lock
from migration.resources.operation import OperationStatus
from migration.values.answer import Refusal
from records.errors import RecordsUnavailableError
from tests.support.samples import SOURCE, make_image
from tests.support.stage.hooks import Real
from tests.support.stage.play import Play

NO_NETWORK = ArmUnavailableError("ServiceRequestError", "no network")
IN_USE = Consumer(id="/subscriptions/s/virtualMachineScaleSets/web", kind="scale-sets")


def approved(play: Play) -> Play:
    return play.start().until("AwaitingApproval").approve()


def used(play: Play) -> None:
    play.azure.answers["find_consumers"] = [IN_USE]


def locked(play: Play) -> None:
    play.azure.answers["find_locks"] = [Lock(name="keep", level="CanNotDelete")]


def rebuilt(play: Play) -> None:
    """The copy is looked at last of all before the image itself: nothing before that sees the other image."""
    play.azure.answers["find_locks"] = lambda *_: setattr(play.azure, "image", make_image(content="other")) or []


def incomplete(play: Play) -> None:
    play.azure.answers["find_locks"] = lambda *_: setattr(play.azure, "progress", 50) or []


def kept_by_tag(play: Play) -> None:
    tags = {"migrate-to-gallery-options": "delete-source=never"}
    play.azure.answers["find_locks"] = lambda *_: setattr(play.azure, "image", make_image(tags=tags)) or []


def demoted(play: Play) -> None:
    def once_promoted(*_: object) -> list[Any]:
        play.azure.version = play.azure.version.changed(exclude_from_latest=True)
        return []

    play.azure.answers["find_locks"] = once_promoted


BROKEN = {
    "NotPromoted": demoted,
    "SourceInUse": used,
    "SourceLocked": locked,
    "SourceChanged": rebuilt,
    "ReplicationIncomplete": incomplete,
    "KeptByTag": kept_by_tag,
}


def test_a_check_that_is_added_to_the_table_is_enforced_and_in_the_audit(play: Play, monkeypatch):
    """Nothing but the row is needed: it keeps the source while its rule says no, and is recorded once it does not."""
    says: list[Refusal | None] = [Refusal(code="Planted", message="a rule of tomorrow says no")]
    row = PromiseCheck("The rule of tomorrow holds", blocks=True, needs=(Part.IMAGE,), rule=lambda _: says[-1])
    monkeypatch.setattr("migration.promise.checks.CHECKS", [*CHECKS, row])
    approved(play).until("Done")
    assert play.outcome == ("SourceKept", "Planted")
    assert play.azure.asked["start_delete"] == 0
    says.append(None)
    play.ask_again("Ada")
    play.until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    (checked,) = [entry for entry in play.run.audit if entry.event == "promise checked"]
    assert row.words in checked.checks


@pytest.mark.parametrize("code", BROKEN)
def test_a_promise_that_does_not_hold_keeps_the_source(play: Play, code: str):
    BROKEN[code](play)
    approved(play).until("Done")
    assert play.outcome == ("SourceKept", code)
    assert play.azure.asked["start_delete"] == 0
    assert play.question.stage is Stage.KEPT


def test_a_delete_that_azure_refuses_later_keeps_the_source(play: Play):
    play.azure.deleting_takes = timedelta(days=1)
    play.azure.answers["follow"] = OperationStatus(state="Failed", code="OperationNotAllowed", message="in use")
    play.start().until("AwaitingApproval")
    del play.azure.answers["follow"]
    play.hooks[steps.CONFIRM_DELETE.name] = lambda told, real: failed_delete(play) or real(told)
    play.approve().until("Done")
    assert play.outcome == ("SourceKept", "OperationNotAllowed")
    assert play.ended.reason == "in use"
    assert "promise checked" not in play.audited


def failed_delete(play: Play) -> None:
    play.azure.answers["follow"] = OperationStatus(state="Failed", code="OperationNotAllowed", message="in use")
    play.azure.gone_at = None


def test_a_delete_that_azure_does_not_take_keeps_the_source_and_says_why(play: Play):
    play.azure.answers["start_delete"] = ArmRefusedError("AuthorizationFailed", "no right")
    approved(play).until("Done")
    assert play.outcome == ("SourceKept", "AuthorizationFailed")
    assert play.question.deletion is None


@pytest.mark.parametrize("busy", [ArmThrottledError("Throttled", "later", 90), ArmRefusedError("Conflict", "busy")])
def test_a_delete_that_azure_is_too_busy_for_is_sent_later_and_can_be_cancelled_till_then(play: Play, busy: ArmError):
    play.azure.answers["start_delete"] = busy
    approved(play).until("DeletingSource")
    assert (play.question.stage, play.question.deletion) == (Stage.APPROVED, None)
    del play.azure.answers["start_delete"]
    play.until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_a_delete_is_looked_after_until_it_is_seen(play: Play):
    play.azure.deleting_takes = timedelta(days=6)
    approved(play).until("DeletingSource").stage.advance(timedelta(days=5, hours=23))
    assert play.phase == "DeletingSource"
    play.until("Done", timedelta(days=1))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.instance.longest_history < 300


FAILURES = {
    "no network": NO_NETWORK,
    "no record": RecordsUnavailableError("503: busy"),
    "a bug": TypeError("unsupported operand"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_delete_whose_answer_was_lost_is_looked_after(play: Play, failure: str):
    """It ended as Failed, source kept, although Azure had carried it out."""

    lost = [FAILURES[failure]] * 20  # more often than a step is tried at once

    async def sent_and_lost(told: Any, real: Real) -> Any:
        answer = await real(told)
        if lost:
            raise lost.pop()
        return answer

    play.hooks[steps.DELETE_SOURCE_IMAGE.name] = sent_and_lost
    approved(play).until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.azure.asked["start_delete"] == 1


def test_a_delete_that_the_network_swallowed_is_looked_after(play: Play):
    """Whether Azure heard it, only the image tells."""

    def heard(image_id: str) -> Any:
        play.azure._start_delete(image_id)
        raise NO_NETWORK

    play.azure.answers["start_delete"] = heard
    approved(play).until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_a_delete_that_could_not_be_sent_keeps_the_source_and_says_why(play: Play):
    play.configure(approval_validity="P7D")
    play.azure.answers["find_consumers"] = NO_NETWORK
    approved(play).until("Done", timedelta(days=3))
    assert play.outcome == ("SourceKept", "AzureUnavailable")
    assert "no network" in play.ended.reason


def test_a_delete_that_stays_throttled_keeps_the_source_and_says_why(play: Play):
    play.configure(approval_validity="P7D")
    play.azure.answers["find_consumers"] = ArmThrottledError("Throttled", "too many requests", 60)
    approved(play)
    play.stage.advance(timedelta(days=2, hours=1))
    assert play.outcome == ("SourceKept", "Throttled")
    assert "too many requests" in play.ended.reason


def test_an_approval_that_lapses_while_azure_is_away_keeps_the_source(play: Play):
    play.azure.answers["find_consumers"] = NO_NETWORK
    approved(play)
    play.stage.advance(timedelta(hours=25))
    assert play.outcome == ("SourceKept", "ApprovalLapsed")


LOOKS = {
    "no network": NO_NETWORK,
    "refused": ArmRefusedError("AuthorizationFailed", "no"),
    "throttled": ArmThrottledError("Throttled", "too many requests", 600),
    "not found": ArmNotFoundError("SubscriptionNotFound", "no such subscription"),
}


@pytest.mark.parametrize("failure", LOOKS)
def test_a_look_that_fails_for_days_ends_as_unknown_and_not_before(play: Play, failure: str):
    """It ended as SourceKept or Failed although nobody had seen the image."""
    play.start().until("AwaitingApproval")
    play.hooks[steps.CONFIRM_DELETE.name] = lambda told, real: blind(play, LOOKS[failure]) or real(told)
    play.approve()
    play.stage.advance(timedelta(days=6, hours=23))
    assert play.phase == "DeletingSource"
    assert play.instance.runtime_status == "RUNNING"
    play.stage.advance(timedelta(hours=13))
    assert play.outcome == ("Unknown", "DeleteUnknown")
    assert "look whether it still exists" in play.ended.reason
    assert play.question.stage is Stage.UNKNOWN
    play.stage.advance(timedelta(days=3))
    assert (play.notified("failed"), play.run.stage) == (1, RunStage.ENDED)
    assert play.instance.longest_history < 300


def blind(play: Play, error: Exception) -> None:
    play.azure.answers["get_image"] = error


def test_a_record_that_cannot_be_read_after_a_delete_decides_nothing(play: Play):
    """What became of the delete is told once the record can be read, and is true."""
    play.start().until("AwaitingApproval")
    play.hooks[steps.CONFIRM_DELETE.name] = lambda told, real: setattr(play.records, "is_down", True) or real(told)
    play.approve()
    play.stage.advance(timedelta(hours=5))
    assert play.instance.runtime_status == "RUNNING"
    assert play.instance.longest_history < 300
    del play.hooks[steps.CONFIRM_DELETE.name]
    play.records.is_down = False
    play.stage.advance(timedelta(hours=1))
    assert play.outcome == ("Migrated", "Migrated")


def test_a_look_that_works_again_after_days_tells_what_is_true(play: Play):
    play.start().until("AwaitingApproval")
    play.hooks[steps.CONFIRM_DELETE.name] = lambda told, real: blind(play, NO_NETWORK) or real(told)
    play.approve()
    play.stage.advance(timedelta(days=5))
    del play.hooks[steps.CONFIRM_DELETE.name], play.azure.answers["get_image"]
    play.until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_a_source_that_somebody_else_deleted_is_not_claimed(play: Play):
    play.azure.answers["find_locks"] = lambda *_: setattr(play.azure, "image", None) or []
    approved(play).until("Done")
    assert play.outcome == ("Failed", "SourceGone")
    assert play.azure.asked["start_delete"] == 0


def test_an_image_made_again_since_the_delete_is_told_of(play: Play):
    another = make_image(content="other")
    play.hooks[steps.CONFIRM_DELETE.name] = lambda told, real: made_again(play, another) or real(told)
    approved(play).until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert "an image of the same name has been made since; it was not touched" in play.run.notes
    assert play.azure.image == another
    assert SOURCE not in play.azure.tags


def made_again(play: Play, image: Any) -> None:
    play.azure.gone_at, play.azure.image = None, image


def test_an_approval_that_lapsed_while_it_was_promoted_deletes_nothing(play: Play):
    play.configure(approval_validity="PT1H")
    play.start().until("AwaitingApproval")
    done = play.stage.now + timedelta(hours=2)
    play.azure.progress_then = lambda: 100 if play.stage.now >= done else 50
    play.approve().until("Done")
    assert play.outcome == ("SourceKept", "ApprovalLapsed")
    assert play.azure.asked["start_delete"] == 0


def test_no_authority_is_passed_to_what_promotes_and_deletes(play: Play):
    approved(play).until("Done")
    acting = {steps.PROMOTE_IMAGE_VERSION.name, steps.DELETE_SOURCE_IMAGE.name, steps.CONFIRM_DELETE.name}
    told = [payload for name, payload in play.stage.calls if name in acting]
    assert len(told) == 3
    assert {key for payload in told for key in payload} == {"format", "run", "phase", "migrationId", "tries", "unsent"}
    assert [payload.get("unsent") for payload in told] == [None] * 3
