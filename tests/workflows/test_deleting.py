"""The delete, and what became of it: no outcome without a look at the image, however long nobody can look."""

from datetime import timedelta
from typing import Any

import pytest
from migration.approval.image_record import Stage
from migration.approval.verdict import DeleteSeen

from migration import names
from tests.workflows.conftest import Play, later, refusal, value


class ArmUnavailableError(Exception):
    """As the activities' own, known by its name alone once it has crossed the durable boundary."""


class RecordsUnavailableError(Exception):
    """As the store's own."""


def unavailable(_: object) -> object:
    raise ArmUnavailableError("ServiceRequestError: no network")


def no_record(_: object) -> object:
    raise RecordsUnavailableError("503: busy")


def bug(_: object) -> object:
    raise TypeError("unsupported operand")


def approved(play: Play) -> Play:
    return play.start().until("AwaitingApproval").approve()


def seen(kind: Any, code: str = "", message: str = "") -> dict[str, Any]:
    return value(DeleteSeen(kind=kind, code=code, message=message))


@pytest.mark.parametrize("code", ["SourceInUse", "SourceLocked", "SourceChanged", "ReplicationIncomplete", "KeptByTag"])
def test_a_promise_that_does_not_hold_keeps_the_source(play: Play, code: str):
    play.answers[names.DELETE_SOURCE_IMAGE] = refusal(code, "because")
    approved(play).until("Done")
    assert play.outcome == ("SourceKept", code)
    assert play.ended["reason"] == "because"
    assert play.called(names.CONFIRM_DELETE) == 1  # it is looked all the same


def test_a_delete_that_azure_refuses_later_keeps_the_source(play: Play):
    play.answers[names.CONFIRM_DELETE] = lambda _: play.question.conclude("kept", "OperationNotAllowed", "in use")
    approved(play).until("Done")
    assert play.outcome == ("SourceKept", "OperationNotAllowed")
    assert play.ended["reason"] == "in use"
    assert "promise checked" not in [entry.event for entry in play.whole.audit]


def test_a_delete_is_looked_after_until_it_is_seen(play: Play):
    looks = [seen("waiting")] * 50
    play.answers[names.CONFIRM_DELETE] = lambda told: looks.pop() if looks else play.question.confirm(told)
    approved(play).until("Done", timedelta(days=8))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.instance.longest_history < 300


@pytest.mark.parametrize("failure", [unavailable, no_record, bug])
def test_a_delete_whose_answer_was_lost_is_looked_after(play: Play, failure: Any):
    """It ended as Failed, source kept, although Azure had carried it out."""

    def sent_and_lost(told: object) -> object:
        play.question.delete(told)
        return failure(told)

    play.answers[names.DELETE_SOURCE_IMAGE] = sent_and_lost
    approved(play).until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_a_delete_that_could_not_be_sent_keeps_the_source_and_says_why(play: Play):
    play.answers[names.DELETE_SOURCE_IMAGE] = unavailable
    approved(play).until("Done")
    assert play.outcome == ("SourceKept", "AzureUnavailable")
    assert "no network" in play.ended["reason"]


@pytest.mark.parametrize("failure", [unavailable, no_record, refusal("AuthorizationFailed"), later(600)])
def test_a_look_that_fails_for_days_ends_as_unknown_and_not_before(play: Play, failure: Any):
    """It ended as SourceKept or Failed although nobody had seen the image."""
    play.answers[names.CONFIRM_DELETE] = failure
    approved(play)
    play.stage.advance(timedelta(days=7, hours=12))
    assert play.status["phase"] == "DeletingSource"
    assert play.instance.runtime_status == "RUNNING"
    play.stage.advance(timedelta(days=1, hours=12))
    assert play.outcome == ("Unknown", "DeleteUnknown")
    assert "look whether it still exists" in play.ended["reason"]
    assert play.notified("failed") == 1
    assert play.instance.longest_history < 700  # one look may wait forty times, and each wait is four events or more


def test_a_look_that_works_again_after_days_tells_what_is_true(play: Play):
    play.answers[names.CONFIRM_DELETE] = unavailable
    approved(play)
    play.stage.advance(timedelta(days=5))
    play.answers[names.CONFIRM_DELETE] = play.question.confirm
    play.until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_what_the_activity_cannot_tell_within_its_patience_is_unknown(play: Play):
    play.answers[names.CONFIRM_DELETE] = lambda _: play.question.conclude("unknown", "AuthorizationFailed", "no")
    approved(play).until("Done")
    assert play.outcome == ("Unknown", "DeleteUnknown")
    assert play.question.stage is Stage.UNKNOWN


def test_a_source_that_somebody_else_deleted_is_not_claimed(play: Play):
    play.answers[names.CONFIRM_DELETE] = lambda _: play.question.conclude("gone", "SourceGone", "not this app")
    approved(play).until("Done")
    assert play.outcome == ("Failed", "SourceGone")


def test_an_image_made_again_since_the_delete_is_told_of(play: Play):
    note = "an image of the same name has been made since; it was not touched"
    play.answers[names.CONFIRM_DELETE] = value(DeleteSeen(kind="deleted", note=note))
    approved(play).until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.status["notes"][-1] == note


def test_no_authority_is_passed_to_what_promotes_and_deletes(play: Play):
    approved(play).until("Done")
    acting = {names.PROMOTE_IMAGE_VERSION, names.DELETE_SOURCE_IMAGE, names.CONFIRM_DELETE}
    told = [payload for name, payload in play.stage.calls if name in acting]
    assert len(told) == 3
    assert all(payload == {"id": play.id, "migrationId": play.id} for payload in told)
