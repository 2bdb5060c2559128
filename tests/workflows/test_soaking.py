"""A soak: accepted, a version is in use for days; only then it is asked about the delete, by a question of its own."""

import asyncio
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace

import pytest

from activities import open_question
from arm.transport.errors import ArmRefusedError, ArmThrottledError, ArmUnavailableError, UsersNotVisibleError
from migration.approval.approval import Decision
from migration.course import steps
from migration.course.standing import Hint
from migration.promise.evidence import Consumer
from migration.record.question import Question, Stage
from migration.record.run import Run
from migration.resources.lock import Lock
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from migration.values.value import OLDEST_READER, SOAK_READER
from records.runs import runs_before
from tests.support.samples import SOURCE, VERSION, make_image, make_plan
from tests.support.stage.play import Play

SOAK = timedelta(days=14)
MACHINE = Consumer(id="/subscriptions/s/vm", kind="machines-without-own-disk")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NO_NETWORK = ArmUnavailableError("ServiceRequestError", "no network")


@pytest.fixture
def play(play: Play, monkeypatch: pytest.MonkeyPatch) -> Play:
    """A migration whose plan has a soak; every question has a callback token of its own."""
    numbers = count(1)
    tokens = (token for number in numbers for token in (f"question {number}", f"token {number}"))
    monkeypatch.setattr(open_question, "secrets", SimpleNamespace(token_urlsafe=lambda _: next(tokens)))
    play.azure.plan = make_plan(soak=SOAK)
    return play


def soaking(play: Play) -> Play:
    return play.start().until("AwaitingApproval").approve(decision="accept").until("Soaking")


def asked_twice(play: Play) -> Play:
    soaking(play).stage.advance(SOAK + MINUTE)
    assert play.phase == "AwaitingApproval"
    return play


def at(play: Play) -> datetime:
    soak = play.run.soak
    assert soak is not None
    return soak.began_at


def is_asked(play: Play) -> bool:
    return play.question.id == "question 2"


def test_after_fourteen_days_another_question_asks_about_the_delete(play: Play):
    play.start().until("AwaitingApproval")
    assert (play.question.allows, play.question.precedes_soak) == ([Decision.ACCEPT, Decision.REJECT], True)
    play.approve(decision="accept").until("Soaking")
    assert play.azure.version is not None
    assert not play.azure.version.exclude_from_latest, "accepted: promoted"
    play.stage.advance(SOAK - DAY)
    assert (play.phase, is_asked(play), play.notified("approvalNeeded")) == ("Soaking", False, 1)
    play.stage.advance(DAY + MINUTE)
    assert (play.phase, is_asked(play), play.notified("approvalNeeded")) == ("AwaitingApproval", True, 2)
    second = play.question
    assert (second.allows, second.stage) == ([Decision.APPROVE, Decision.REJECT], Stage.OPEN)
    assert (second.callback, second.soaked_since, second.precedes_soak) == ("token 2", at(play), False)
    assert second.asked_at >= at(play) + SOAK
    assert play.azure.image is not None
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.azure.image is None
    decisions = [one.approval.decision for one in play.run.decisions]
    assert decisions == [Decision.ACCEPT, Decision.APPROVE]
    wanted = ["accepted", "soak began", "soak served", "approved", "promise checked", "ended"]
    assert [one for one in play.audited if one in wanted] == wanted
    assert play.instance.longest_history < 300


def test_without_a_soak_nothing_is_as_with_one(play: Play):
    play.azure.plan = make_plan()
    play.start().until("AwaitingApproval")
    assert (play.question.allows, play.question.precedes_soak) == (list(Decision), False)
    assert play.record.oldest_reader == OLDEST_READER
    play.approve(decision="accept").until("Done")
    assert (play.outcome, play.run.soak) == (("SourceKept", "Accepted"), None)


def test_what_an_older_release_must_not_overlook_asks_for_a_newer_one_as_soon_as_it_is_planned(play: Play):
    """It would have asked about the delete at once."""
    play.start()
    assert play.record.oldest_reader == SOAK_READER


def test_approving_the_first_question_accepts_and_deletes_nothing_however_long_one_waits(play: Play):
    play.start().until("AwaitingApproval").approve()
    assert play.question.approval is not None
    assert play.question.approval.decision is Decision.ACCEPT
    play.until("Soaking").stage.advance(SOAK + timedelta(days=30))
    assert play.outcome == ("SourceKept", "ApprovalExpired")
    assert play.azure.image is not None
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == 0


def test_a_rejected_first_question_ends_it_without_a_soak(play: Play):
    play.start().until("AwaitingApproval").approve(decision="reject").until("Done")
    assert (play.outcome, play.run.soak) == (("SourceKept", "Rejected"), None)


@pytest.mark.parametrize("decision", ["approve", "accept", "reject"])
def test_the_token_of_the_first_question_decides_nothing_about_the_second(play: Play, decision: str):
    asked_twice(play).answer(callback="token 1", decision=decision)
    assert (play.phase, play.question.stage) == ("AwaitingApproval", Stage.OPEN)
    play.stage.advance(DAY)
    assert (play.question.stage, play.azure.image is not None) == (Stage.OPEN, True)
    play.answer(callback="token 2").until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_an_answer_that_was_sent_during_the_soak_is_none_to_the_question_after_it(play: Play):
    soaking(play).answer(callback="token 1").stage.advance(SOAK + MINUTE)
    assert (play.phase, play.question.stage, play.question.decided) == ("AwaitingApproval", Stage.OPEN, None)


def test_accepting_the_second_question_is_not_possible(play: Play):
    asked_twice(play).answer(callback="token 2", decision="accept")
    assert play.question.stage is Stage.OPEN


def test_a_rejected_second_question_keeps_the_source(play: Play):
    asked_twice(play).approve(decision="reject").until("Done")
    assert play.outcome == ("SourceKept", "Rejected")
    assert play.azure.image is not None


def test_a_machine_made_from_the_source_on_day_thirteen_postpones_the_question_until_it_is_gone(play: Play):
    soaking(play).stage.advance(SOAK - DAY)
    play.azure.consumers[SOURCE] = [MACHINE.changed(created_at=play.stage.now)]
    play.stage.advance(DAY + MINUTE)
    soak = play.run.soak
    assert soak is not None
    assert soak.postponed is not None
    assert (play.phase, soak.postponed.code) == ("Soaking", "SourceInUse")
    assert "about the delete is postponed: the source image is used by virtual machine" in play.run.notes[-1]
    assert play.notified("postponed") == 1
    play.stage.advance(timedelta(days=2))
    assert (play.phase, play.notified("postponed"), play.audited.count("question postponed")) == ("Soaking", 3, 1)
    assert play.azure.asked["find_consumers"] == 3, "looked at more often than once a day"
    play.azure.consumers.clear()
    play.stage.advance(DAY + MINUTE)
    assert (play.phase, is_asked(play)) == ("AwaitingApproval", True)


def test_what_needs_the_source_for_as_long_again_keeps_it_for_good(play: Play):
    soaking(play)
    play.azure.consumers[SOURCE] = [MACHINE]
    play.stage.advance(2 * SOAK - DAY)
    assert play.phase == "Soaking"
    play.stage.advance(2 * DAY)
    assert play.outcome == ("SourceKept", "SourceInUse")
    assert play.ended.reason.endswith("the question about the delete was postponed for 14 days")
    assert not is_asked(play)
    assert play.azure.image is not None
    assert play.instance.longest_history < 300


def test_a_short_soak_is_postponed_for_a_week_at_least(play: Play):
    play.azure.plan = make_plan(soak=timedelta(hours=1))
    play.azure.consumers[SOURCE] = [MACHINE]
    soaking(play).stage.advance(timedelta(days=6))
    assert play.phase == "Soaking"
    play.stage.advance(timedelta(days=2))
    assert play.outcome == ("SourceKept", "SourceInUse")


UNREAD = {
    "away": NO_NETWORK,
    "busy": ArmThrottledError("Throttled", "too many requests", 7200),
    "refused": ArmRefusedError("AuthorizationFailed", "no right"),
    "hidden": UsersNotVisibleError("users may be hidden in subscription s"),
}


@pytest.mark.parametrize("error", UNREAD.values(), ids=UNREAD)
@pytest.mark.parametrize("what", ["find_consumers", "find_locks", "get_version", "get_image"])
def test_what_could_not_be_read_postpones_the_question_and_is_never_taken_for_nothing(
    play: Play, what: str, error: Exception
):
    soaking(play).stage.advance(SOAK - timedelta(hours=7))
    play.azure.answers[what] = error
    play.stage.advance(timedelta(days=3))
    assert (play.phase, is_asked(play), play.run.outcome) == ("Soaking", False, None)
    assert play.run.soak is not None
    assert play.run.soak.postponed is not None
    del play.azure.answers[what]
    play.stage.advance(DAY + MINUTE)
    assert (play.phase, is_asked(play)) == ("AwaitingApproval", True)


def test_what_can_never_be_read_keeps_the_source(play: Play):
    play.azure.answers["find_consumers"] = UNREAD["hidden"]
    soaking(play).stage.advance(2 * SOAK + DAY)
    assert (play.outcome, is_asked(play)) == (("SourceKept", "UsersNotVisible"), False)


def test_an_azure_that_is_away_for_long_in_a_soak_costs_nothing(play: Play):
    """Two days of it would have ended the migration: nothing is waited for yet."""
    soaking(play).azure.error = NO_NETWORK
    play.stage.advance(timedelta(days=5))
    assert (play.phase, play.run.outcome) == ("Soaking", None)
    play.azure.error = None
    play.stage.advance(SOAK)
    assert is_asked(play)


def test_settings_that_are_wrong_for_long_in_a_soak_cost_nothing(play: Play):
    soaking(play).configure(approval_expiry="soon")
    play.stage.advance(timedelta(days=5))
    assert (play.phase, play.run.outcome) == ("Soaking", None)
    play.configure(approval_expiry="P7D").stage.advance(SOAK)
    assert is_asked(play)


def test_records_that_are_down_for_long_in_a_soak_cost_nothing(play: Play):
    soaking(play).records.is_down = True
    play.stage.advance(timedelta(days=3))
    play.records.is_down = False
    play.stage.advance(SOAK)
    assert (play.phase, is_asked(play)) == ("AwaitingApproval", True)


def tagged(play: Play, **tags: str) -> None:
    play.azure.image = make_image(tags={name.replace("_", "-"): value for name, value in tags.items()})


def ended(play: Play) -> list[tuple[str, str]]:
    """How its runs have ended, by the rows that are kept of them."""
    runs = asyncio.run(runs_before(play.id, 9, 9))
    return [(run.outcome.kind.value, run.outcome.code) for run in runs if run.outcome]


WISHES = {
    "RequestWithdrawn": {"migrate_to_gallery": "elsewhere"},
    "KeptByTag": {"migrate_to_gallery_options": "delete-source=never"},
}


@pytest.mark.parametrize("code", WISHES)
@pytest.mark.parametrize("day", [0, 3, 13])
def test_another_wish_ends_the_soak_at_once(play: Play, day: int, code: str):
    soaking(play).stage.advance(timedelta(days=day))
    tagged(play, **WISHES[code])
    play.wake("Approval").stage.advance(MINUTE)
    assert ended(play) == [("SourceKept", code)]
    assert (play.run.number, play.phase) == ((2, "AwaitingApproval") if code == "RequestWithdrawn" else (1, "Done"))
    assert play.azure.image is not None


def test_another_wish_that_no_event_told_of_ends_the_soak_within_hours(play: Play):
    soaking(play)
    tagged(play, migrate_to_gallery_options="delete-source=never")
    play.stage.advance(timedelta(hours=6, minutes=2))
    assert play.outcome == ("SourceKept", "KeptByTag")


def test_a_setting_that_deletes_nothing_any_more_ends_the_soak(play: Play):
    soaking(play).configure(delete_source="never").stage.advance(timedelta(hours=7))
    assert play.outcome == ("SourceKept", "DeletionLocked")


def test_a_lock_of_azures_postpones_the_question(play: Play):
    play.azure.answers["find_locks"] = [Lock(name="keep", level="CanNotDelete")]
    soaking(play).stage.advance(SOAK + DAY)
    assert play.run.soak is not None
    assert play.run.soak.postponed is not None
    assert play.run.soak.postponed.code == "SourceLocked"


def test_where_never_stands_when_it_is_asked_there_is_no_soak(play: Play):
    play.configure(delete_source="never").start().until("AwaitingApproval")
    assert (play.question.allows, play.question.precedes_soak) == ([Decision.ACCEPT, Decision.REJECT], False)
    play.approve(decision="accept").until("Done")
    assert play.outcome == ("SourceKept", "Policy")


def test_a_soak_is_cancelled_as_anything_else(play: Play):
    soaking(play).stage.advance(timedelta(days=3))
    assert play.cancel() is None
    play.say("Cancel", {"look": True}).stage.advance(MINUTE)
    assert (play.outcome, play.azure.image is not None) == (("Cancelled", "Cancelled"), True)
    assert play.instance.runtime_status == "COMPLETED"
    assert play.ended.left_behind == [], "a version that is in use is not left behind"


def test_asking_again_is_no_way_around_the_soak(play: Play):
    soaking(play).stage.advance(timedelta(days=3))
    refusal = play.ask_again("Bob")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, play.phase) == ("Soaking", "Soaking")
    assert f"{at(play) + SOAK:%Y-%m-%d %H:%M} UTC" in refusal.message
    play.cancel()
    play.say("Cancel", {"look": True}).stage.advance(MINUTE)
    assert isinstance(play.ask_again("Bob"), Run)
    play.until("AwaitingApproval")
    assert (play.run.number, play.question.precedes_soak) == (2, True)
    assert Decision.APPROVE not in play.question.allows


def test_the_second_question_can_be_asked_again_and_needs_no_other_soak(play: Play):
    asked_twice(play)
    assert isinstance(play.ask_again("Bob"), Run)
    play.until("AwaitingApproval")
    assert (play.question.id, play.question.allows) == ("question 3", [Decision.APPROVE, Decision.REJECT])
    play.approve(decision="reject").until("Done").stage.advance(MINUTE)
    assert isinstance(play.ask_again("Cyd"), Run)
    play.until("AwaitingApproval")
    assert (play.run.number, play.question.soaked_since) == (2, at(play))
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_a_source_that_somebody_else_deletes_in_the_soak_is_told_as_gone(play: Play):
    soaking(play).azure.image = None
    play.stage.advance(timedelta(hours=8))
    assert play.outcome == ("Failed", "SourceGone")
    assert (play.ended.is_source_gone, play.ended.only_copy) == (True, True)


def test_a_version_that_is_another_by_the_end_of_the_soak_is_asked_about_by_nobody(play: Play):
    soaking(play)
    assert play.azure.version is not None
    play.azure.version = play.azure.version.changed(published_at=play.stage.now + DAY)
    play.stage.advance(SOAK + DAY)
    assert (play.outcome, is_asked(play)) == (("SourceKept", "VersionReplaced"), False)


def test_a_version_that_is_not_complete_by_then_postpones_the_question(play: Play):
    soaking(play).azure.progress = 40
    play.stage.advance(SOAK + timedelta(hours=1))
    assert play.run.soak is not None
    assert play.run.soak.postponed is not None
    assert play.run.soak.postponed.code == "ReplicationIncomplete"
    play.azure.progress = 100
    play.stage.advance(DAY + MINUTE)
    assert is_asked(play)


def test_a_version_that_was_taken_out_of_latest_meanwhile_is_promoted_anew_once_the_delete_is_approved(play: Play):
    asked_twice(play)
    assert play.azure.version is not None
    play.azure.version = play.azure.version.changed(exclude_from_latest=True)
    play.approve().until("Done")
    assert (play.outcome, play.azure.version.exclude_from_latest) == (("Migrated", "Migrated"), False)


def test_events_that_come_in_crowds_cost_no_search_for_users(play: Play):
    soaking(play)
    for _ in range(60):
        play.say("Approval", {"anything": 1})
    assert (play.phase, play.azure.asked["find_consumers"]) == ("Soaking", 0)
    assert play.instance.longest_history < 300


def test_an_instance_that_was_ended_from_outside_in_a_soak_deletes_nothing(play: Play):
    soaking(play).stage.terminate(play.id)
    play.stage.run()
    play.look_after().stage.advance(timedelta(minutes=3))
    play.look_after()
    assert (play.outcome, play.azure.image is not None) == (("Cancelled", "Terminated"), True)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.SOAKING])
def test_a_forged_hint_leads_out_of_no_soak(play: Play, phase: Phase):
    soaking(play).stage.terminate(play.id)
    play.stage.run()
    play.forge(Hint(run="run 1", phase=phase).dump(), play.id)
    play.stage.advance(DAY)
    assert (play.phase, is_asked(play), play.azure.image is not None) == ("Soaking", False, True)
    assert play.instance.runtime_status == "RUNNING"


def test_by_the_clock_a_soak_is_not_stuck(play: Play):
    soaking(play)
    for _ in range(10):
        play.by_the_clock().stage.advance(DAY)
    assert (play.phase, play.run.missing_since) == ("Soaking", None)


def test_people_are_told_of_each_question_and_of_nothing_between(play: Play):
    asked_twice(play)
    assert play.post.sent == ["approvalNeeded", "decided", "approvalNeeded"]


def test_the_second_question_expires_as_any_other(play: Play):
    asked_twice(play).stage.advance(timedelta(days=8))
    assert (play.outcome, play.azure.image is not None) == (("SourceKept", "ApprovalExpired"), True)


def test_a_copy_of_the_question_is_of_the_version_that_soaked(play: Play):
    first: Question = soaking(play).question
    play.stage.advance(SOAK + MINUTE)
    assert play.question.copied == first.copied
    assert play.question.copied.image_version_id == VERSION
