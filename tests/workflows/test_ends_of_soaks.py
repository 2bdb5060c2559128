"""What ends a soak, and what is said of it afterwards: another image, another version, and who has decided."""

from datetime import timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmUnavailableError
from migration.approval.approval import Decision
from migration.promise.evidence import Consumer
from migration.record.run import Run
from tests.support.samples import SOURCE, VERSION, make_image, make_plan
from tests.support.stage.play import Play

SOAK = timedelta(days=14)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
USER = Consumer(id="/subscriptions/s/vmss", kind="scale-sets")


def soaking(play: Play) -> Play:
    play.azure.plan = make_plan(soak=SOAK)
    return play.start().until("AwaitingApproval").approve(decision="accept").until("Soaking")


def asked_twice(play: Play) -> Play:
    soaking(play).stage.advance(SOAK + MINUTE)
    assert play.phase == "AwaitingApproval"
    return play


REBUILT: dict[str, dict[str, Any]] = {
    "other disks": {"content": "second"},
    "the same disks": {"created_at": timedelta(days=1)},
}


@pytest.mark.parametrize("changes", REBUILT.values(), ids=REBUILT)
@pytest.mark.parametrize("users", [[], [USER]], ids=["unused", "in use"])
def test_an_image_built_anew_in_the_soak_ends_it_at_once(play: Play, users: list[Consumer], changes: dict[str, Any]):
    """It was seen when the soak was over: the new image waited so long, and as long again while anything used it."""
    soaking(play).stage.advance(DAY)
    play.azure.consumers[SOURCE] = users
    made = {name: play.stage.now + span if name == "created_at" else span for name, span in changes.items()}
    play.azure.image = make_image(**made)
    play.wake("Approval").stage.advance(timedelta(hours=1))
    assert play.outcome == ("SourceKept", "SourceChanged")
    assert play.azure.image is not None
    assert play.azure.asked["find_consumers"] == 0


def test_an_image_whose_date_azure_does_not_tell_for_once_ends_no_soak(play: Play):
    soaking(play).azure.image = make_image(created_at=None)
    play.stage.advance(DAY)
    assert (play.phase, play.run.outcome) == ("Soaking", None)
    play.azure.image = make_image()
    play.stage.advance(SOAK)
    assert play.phase == "AwaitingApproval"


def test_a_version_that_replaced_the_one_that_soaked_is_asked_about_from_the_beginning(play: Play):
    """To ask again, as people are told to, ended for the same reason however often it was done."""
    asked_twice(play)
    assert play.azure.version is not None
    play.azure.version = play.azure.version.changed(published_at=play.stage.now)
    play.approve().until("Done")
    assert play.outcome == ("SourceKept", "VersionReplaced")
    play.stage.advance(MINUTE)
    assert isinstance(play.ask_again("Bob"), Run)
    play.until("AwaitingApproval")
    assert (play.question.precedes_soak, Decision.APPROVE in play.question.allows) == (True, False)
    play.approve(decision="accept").until("Soaking")
    assert play.run.soak is not None
    assert (play.run.soak.served, play.run.soak.copied) == (False, play.question.copied)
    play.stage.advance(SOAK + MINUTE)
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def decision_tags(play: Play) -> tuple[str | None, str | None]:
    tags = play.azure.tags[VERSION]
    return tags.get("decision"), tags.get("decided-by")


def test_a_version_whose_delete_was_rejected_after_its_soak_is_not_tagged_as_rejected(play: Play):
    asked_twice(play).approve(decision="reject", approver="Bob").until("Done").stage.advance(MINUTE)
    assert decision_tags(play) == ("reject the delete", "Bob")


def test_a_version_that_soaked_names_who_accepted_it_where_nobody_answered_about_the_delete(play: Play):
    asked_twice(play).stage.advance(timedelta(days=8))
    assert (play.outcome, decision_tags(play)) == (("SourceKept", "ApprovalExpired"), ("accept", "Ada"))


def test_a_version_that_soaked_names_who_approved_the_delete(play: Play):
    asked_twice(play).approve(approver="Bob").until("Done").stage.advance(MINUTE)
    assert (play.outcome, decision_tags(play)) == (("Migrated", "Migrated"), ("approve", "Bob"))


def test_a_record_put_back_from_a_backup_of_the_first_question_lets_nothing_of_the_second_count(play: Play):
    play.azure.plan = make_plan(soak=SOAK)
    play.start().until("AwaitingApproval")
    backup = play.record
    play.approve(decision="accept").until("Soaking").stage.advance(SOAK + MINUTE)
    second = play.question
    play.records.put(backup)
    play.answer(callback=second.callback, decision="approve").stage.advance(timedelta(days=30))
    assert play.outcome[0] == "SourceKept"
    assert play.azure.image is not None


def test_a_record_put_back_from_the_soak_while_the_delete_is_about_to_be_sent_deletes_nothing(play: Play):
    soaking(play)
    backup = play.record
    play.stage.advance(SOAK + MINUTE)

    def put_back(told: Any, real: Any) -> Any:
        play.hooks.pop("delete_source_image")
        play.records.put(backup)
        return real(told)

    play.hooks["delete_source_image"] = put_back
    play.approve().stage.advance(DAY)
    assert (play.run.outcome, play.azure.image is not None) == (None, True)
    assert (play.question.allows, play.instance.runtime_status) == ([Decision.APPROVE, Decision.REJECT], "RUNNING")


def test_a_look_that_fails_at_the_very_limit_keeps_the_source_and_says_so(play: Play):
    soaking(play).azure.consumers[SOURCE] = [USER]
    play.stage.advance(2 * SOAK - timedelta(hours=1))
    play.azure.error = ArmUnavailableError("ServiceRequestError", "no network")
    play.stage.advance(timedelta(hours=3))
    play.azure.error = None
    play.stage.advance(DAY)
    assert play.outcome == ("SourceKept", "AzureUnavailable")
    assert play.azure.image is not None


@pytest.mark.parametrize(("before", "after"), [("machines", "compute"), ("compute", "machines")])
def test_what_blocks_changed_after_an_approval_over_the_api_and_people_are_asked_again(
    play: Play, before: str, after: str
):
    """Of whoever had approved on the page that was so; over the API, a machine that had kept the source did no more."""
    play.configure(block_on=before)
    asked_twice(play)
    play.azure.consumers[SOURCE] = [USER.changed(kind="machines")]

    def changed(told: Any, real: Any) -> Any:
        play.configure(block_on=after)
        return real(told)

    play.hooks["delete_source_image"] = changed
    play.approve().until("Done")
    assert (play.outcome[0], play.azure.image is not None) == ("SourceKept", True)
    assert play.outcome[1] == ("ChecksChanged" if after == "compute" else "MachinesFromSource")


def test_a_version_that_was_accepted_is_promoted_whatever_blocks_by_then(play: Play):
    play.azure.plan = make_plan(soak=SOAK)
    play.start().until("AwaitingApproval")

    def changed(told: Any, real: Any) -> Any:
        play.configure(block_on="machines")
        return real(told)

    play.hooks["promote_image_version"] = changed
    play.approve(decision="accept").until("Soaking")
