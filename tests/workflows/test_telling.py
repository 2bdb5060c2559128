"""Telling people goes its own way: no run, no end and no new start waits for it, and nothing that is owed is lost."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from activities import deliver_notifications
from arm.transport.errors import ArmUnavailableError
from migration import names
from migration.asking.reading import settings
from migration.course import steps
from migration.record.notices import OwedNotice
from migration.record.run import RunStage
from migration.telling.messages import Message
from migration.values.ids import teller_of
from migration.values.occasion import Occasion
from migration.values.problems import Problem
from notifying.sending import Sent
from records.errors import RecordsUnavailableError
from steering.telling import digest
from tests.support.samples import SOURCE, make_image
from tests.support.stage.hooks import Real
from tests.support.stage.play import Play

WRONG = Problem(field="tag", code="Invalid", message="wrong")


def refused(play: Play) -> Play:
    play.azure.problems = [WRONG]
    play.start()
    play.azure.problems = []
    return play


def untold(play: Play) -> Play:
    """Nobody answers at the addresses that are told."""
    play.post.arrives = lambda _: False
    return play


def never_delivered(play: Play) -> Play:
    """A receiver holds its connection open, and the delivery never comes to an end."""
    play.hooks[steps.DELIVER_NOTIFICATIONS.name] = raising
    return play


def raising(_told: Any, _real: Real) -> Any:
    raise ConnectionResetError("the worker was recycled while it waited")


def test_a_receiver_that_never_answers_holds_up_neither_the_run_nor_its_end(play: Play):
    never_delivered(play).start().until("AwaitingApproval").approve().until("Done")
    assert (play.outcome, play.azure.image) == (("Migrated", "Migrated"), None)
    assert (play.run.stage, play.instance.runtime_status) == (RunStage.ENDED, "COMPLETED")
    assert play.post.tried == []


@pytest.mark.parametrize("troubled", [untold, never_delivered])
def test_a_run_is_admitted_and_begins_while_nobody_can_be_told_of_the_last(play: Play, troubled: Any):
    refused(troubled(play)).start("Grace")
    assert (play.run.number, play.run.start.requested_by) == (2, "Grace")
    assert play.phase not in {"Planning", "Done"}


def test_those_who_were_missed_are_tried_again_and_given_up_after_a_while(play: Play):
    refused(untold(play)).stage.advance(timedelta(minutes=10))
    assert (play.post.tried.count(Occasion.FAILED), play.run.owed) == (3, [])
    assert (play.called(steps.SEND_NOTIFICATIONS.name), play.teller.runtime_status) == (1, "COMPLETED")
    assert play.run.notes == ["told 0 of 1 (failed); the others could not be reached"]


def test_the_end_of_a_run_is_told_while_the_next_one_is_under_way(play: Play, monkeypatch: pytest.MonkeyPatch):
    """A new start in the minutes between two attempts kept people from ever hearing of the end before it."""
    refused(untold(play)).start("Grace")
    said = titles(monkeypatch)
    play.until("AwaitingApproval").stage.advance(timedelta(minutes=10))
    assert sorted(said) == ["An earlier migration of web ended: Refused", "Approve the migration of web?"]
    assert (play.run.number, play.run.all_owed) == (2, [])


def titles(patch: pytest.MonkeyPatch) -> list[str]:
    """The titles of what is sent from now on, which all arrives."""
    said: list[str] = []
    _hear(patch, lambda message: said.append(message.title))
    return said


def texts(patch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    _hear(patch, lambda message: said.append(f"{message.title}\n{message.text()}"))
    return said


def _hear(patch: pytest.MonkeyPatch, heard: Callable[[Message], None]) -> None:
    async def send(_address: Any, message: Message) -> Sent:
        heard(message)
        return Sent(reached=True)

    patch.setattr(deliver_notifications, "send", send)


def test_of_runs_that_follow_each_other_while_nobody_can_be_told_each_is_told_of_later(play: Play, monkeypatch):
    untold(play)
    for _ in range(3):
        refused(play)
    said = titles(monkeypatch)
    play.stage.advance(timedelta(minutes=10))
    earlier = "An earlier migration of web ended: Refused"
    assert sorted(said) == [earlier, earlier, "The migration of web ended: Refused"]
    assert play.run.all_owed == []


def test_what_a_lost_task_hub_owed_is_told_by_the_clock(play: Play):
    refused(untold(play)).stage.terminate(teller_of(play.id))
    play.stage.run()
    play.post.arrives = lambda _: True
    play.stage.advance(timedelta(minutes=10))
    assert play.notified("failed") == 0
    play.by_the_clock()
    assert (play.notified("failed"), play.teller.runtime_status) == (1, "COMPLETED")
    play.by_the_clock()
    assert play.notified("failed") == 1


def test_a_run_that_was_ended_from_outside_is_told_of(play: Play):
    """People waited for the end of a migration that somebody had terminated, and heard no more of it."""
    play.azure.progress = 50
    play.start().until("Replicating").stage.terminate(play.id)
    play.stage.run()
    play.look_after().stage.advance(timedelta(minutes=5))
    play.look_after()
    play.by_the_clock()
    assert (play.outcome, play.notified("done")) == (("Cancelled", "Terminated"), 1)


def test_what_is_owed_while_something_is_delivered_is_delivered_after_it(play: Play):
    async def meanwhile(told: Any, real: Real) -> Any:
        delivered = await real(told)
        if play.phase == "AwaitingApproval" and not play.run.decisions:
            await play.decide()
            await play.hub.tell(play.id)
        return delivered

    play.hooks[steps.DELIVER_NOTIFICATIONS.name] = meanwhile
    play.hub.hears = False  # the migration itself hears nothing of the decision yet
    play.start().stage.advance(timedelta(minutes=5))
    assert play.post.sent[:2] == ["approvalNeeded", "decided"]


def test_a_record_that_cannot_be_read_is_told_of_when_it_can(play: Play):
    there_again = play.stage.now + timedelta(hours=11)

    def away_for_long(told: Any, real: Real) -> Any:
        if play.stage.now < there_again:
            raise RecordsUnavailableError("503")
        return real(told)

    play.hooks[steps.DELIVER_NOTIFICATIONS.name] = away_for_long
    refused(play).stage.advance(timedelta(hours=12))
    assert (play.notified("failed"), play.teller.runtime_status) == (1, "COMPLETED")
    assert play.teller.longest_history < 300


@pytest.mark.parametrize(
    "instance_id", ["tell-web", "anything", "migrate-web-0123456789abcdef0123456789abcdef", "tell-"]
)
def test_a_forged_instance_tells_nobody_anything(play: Play, instance_id: str):
    play.start().until("AwaitingApproval")
    before = list(play.post.tried)
    play.stage.start(names.TELL_PEOPLE, {"migrationId": play.id}, instance_id)
    play.stage.run()
    assert play.stage.instance(instance_id).runtime_status == "COMPLETED"
    assert play.post.tried == before


def test_an_instance_of_an_image_that_nothing_is_known_of_tells_nobody(play: Play):
    unknown = f"tell-web-{'ab' * 16}"
    play.stage.start(names.TELL_PEOPLE, None, unknown)
    play.stage.run()
    assert (play.stage.instance(unknown).runtime_status, play.post.tried) == ("COMPLETED", [])


def rejecting_in_the_gap(play: Play, before: Callable[[], None] = lambda: None) -> None:
    """Somebody decides between a look at the question and the step that has people told of it."""

    async def hook(told: Any, real: Real) -> Any:
        if play.phase == "AwaitingApproval" and play.run.number == 1 and play.run.is_live:
            before()
            await play.decide(changes={"decision": "reject"})
        return await real(told)

    play.hooks[steps.SEND_NOTIFICATIONS.name] = hook


def test_an_end_that_was_decided_while_people_were_being_told_is_written_down(play: Play):
    """A program that rejected at once: source and version had no tag of it, and nobody looked at what was there."""
    rejecting_in_the_gap(play)
    play.start().stage.advance(timedelta(minutes=30))
    assert (play.run.stage, play.called(steps.RECORD_OUTCOME.name)) == (RunStage.ENDED, 1)
    assert SOURCE in play.azure.tags


def test_a_source_that_was_gone_by_then_makes_the_version_the_only_copy(play: Play, monkeypatch: pytest.MonkeyPatch):
    rejecting_in_the_gap(play, lambda: setattr(play.azure, "image", None))
    said = texts(monkeypatch)
    play.start().stage.advance(timedelta(minutes=30))
    assert play.ended.only_copy
    assert "this version is the only copy" in said[-1]


def test_a_tag_that_was_changed_by_then_is_a_run_of_its_own(play: Play):
    changed = {"migrate-to-gallery": "default"}
    rejecting_in_the_gap(play, lambda: setattr(play.azure, "image", make_image(tags=changed)))
    play.start().stage.advance(timedelta(minutes=30))
    assert play.run.number == 2


@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(hours=11)])
def test_people_hear_of_an_end_what_was_seen_of_it(play: Play, monkeypatch: pytest.MonkeyPatch, away: timedelta):
    """With Azure away at the end they were told that nobody knew of the source, and never that it was the only copy."""
    play.start().until("AwaitingApproval")
    said = texts(monkeypatch)
    play.azure.image = None
    play.azure.error = ArmUnavailableError("ServiceRequestError", "no network")
    play.approve(decision="reject").stage.advance(away)
    play.by_the_clock()
    play.azure.error = None
    play.stage.advance(timedelta(hours=1))
    play.by_the_clock()
    assert play.ended.only_copy
    assert len([text for text in said if " ended: " in text]) == 1
    assert "this version is the only copy" in said[-1]


def test_an_end_that_cannot_be_looked_at_for_days_is_told_as_that(play: Play, monkeypatch: pytest.MonkeyPatch):
    play.start().until("AwaitingApproval")
    said = texts(monkeypatch)
    play.azure.error = ArmUnavailableError("ServiceRequestError", "no network")
    play.approve(decision="reject").stage.advance(timedelta(days=1))
    assert play.run.stage is RunStage.ENDING
    play.stage.advance(timedelta(days=2))
    assert (play.run.stage, play.instance.runtime_status) == (RunStage.ENDED, "COMPLETED")
    assert any("the outcome could not be recorded" in note for note in play.run.notes)
    assert "Whether the source image still exists is not known" in said[-1]


def test_what_is_told_late_of_a_run_says_nothing_about_now(play: Play, monkeypatch: pytest.MonkeyPatch):
    """The image was gone, and the last message said that it was kept: of the run before."""
    untold(play).start().until("AwaitingApproval").approve(decision="reject").stage.advance(timedelta(seconds=70))
    said = texts(monkeypatch)
    play.start("Grace").until("AwaitingApproval").approve().until("Done").stage.advance(timedelta(minutes=10))
    assert play.azure.image is None
    (late,) = [text for text in said if text.startswith("An earlier migration of web ended: SourceKept")]
    assert "source image is kept" not in late
    assert "its own messages say what is so now" in late
    assert sum(text.startswith("The migration of web ended: Migrated") for text in said) == 1
    assert not any("was rejected" in text.splitlines()[0] for text in said)


def test_settings_that_were_wrong_for_hours_lose_nothing_that_is_owed(play: Play):
    async def broken_then(told: Any, real: Real) -> Any:
        answer = await real(told)
        play.configure(regions="a=b=c=d=e")
        return answer

    play.hooks[steps.OPEN_QUESTION.name] = broken_then
    play.start().until("AwaitingApproval").stage.advance(timedelta(hours=3))
    del play.hooks[steps.OPEN_QUESTION.name]
    play.configure(regions="")
    play.stage.advance(timedelta(minutes=30))
    assert play.notified("approvalNeeded") == 1


def test_an_end_under_wrong_settings_is_told_once_they_are_right(play: Play):
    play.azure.progress = 50
    play.start().until("Replicating").configure(regions="a=b=c=d=e")
    play.cancel()
    play.by_the_clock()
    play.stage.advance(timedelta(hours=6))
    play.configure(regions="")
    play.stage.advance(timedelta(hours=1))
    assert (play.outcome, play.notified("done")) == (("Cancelled", "Cancelled"), 1)


def test_a_teller_that_hears_nothing_is_not_called_without_end_and_the_log_says_so(play: Play, caplog):
    """Suspended, it was sent an event every five minutes for ever, and nothing showed that nobody was told."""
    refused(untold(play))
    play.stage.suspend(teller_of(play.id))
    play.stage.run()
    for _ in range(12):
        play.stage.advance(timedelta(minutes=5))
        play.by_the_clock()
    assert "people wait to be told" in caplog.text
    calls = play.called(steps.DELIVER_NOTIFICATIONS.name)
    play.post.arrives = lambda _: True
    play.stage.resume(teller_of(play.id))
    play.stage.run()
    assert (play.notified("failed"), play.called(steps.DELIVER_NOTIFICATIONS.name) - calls) == (1, 1)


def test_a_reminder_that_waits_for_an_untold_question_is_no_busy_loop(play: Play):
    """The reminder was due and could not be owed: the question was looked at once a second, for days."""
    play.configure(reminder="PT1H")

    async def broken_then(told: Any, real: Real) -> Any:
        answer = await real(told)
        play.configure(regions="a=b=c=d=e")
        return answer

    play.hooks[steps.OPEN_QUESTION.name] = broken_then
    play.start().until("AwaitingApproval").stage.advance(timedelta(hours=1, minutes=1))
    looks = play.called(steps.LOOK_AT_QUESTION.name)
    play.stage.advance(timedelta(minutes=20))
    assert play.called(steps.LOOK_AT_QUESTION.name) - looks < 20


def test_a_suspended_teller_is_not_called_without_end_while_a_version_replicates(play: Play, monkeypatch):
    heard: list[str] = []
    wake = play.hub.wake

    async def counted(instance_id: str, event: str, payload: Any) -> None:
        heard.append(instance_id)
        await wake(instance_id, event, payload)

    monkeypatch.setattr(play.hub, "wake", counted)
    refused(untold(play))
    play.stage.suspend(teller_of(play.id))
    play.stage.run()
    play.azure.progress = 50
    play.start("Grace").until("Replicating").stage.advance(timedelta(hours=2))
    assert heard.count(teller_of(play.id)) <= 3


def test_what_the_release_before_owes_in_a_run_that_lives_is_told(play: Play):
    play.start().until("AwaitingApproval")
    old = OwedNotice.model_validate({"occasion": "reminder", "dueAt": play.stage.now, "attempt": 1, "to": ["x"]})
    play.records.apply_to_run(play.id, lambda run: run.changed(owed=[old]))
    play.by_the_clock()
    assert (play.notified("reminder"), play.run.all_owed) == (1, [])


def test_azure_is_not_asked_for_what_is_told(play: Play):
    play.start().until("AwaitingApproval")
    play.azure.error = ArmUnavailableError("ServiceRequestError", "no network")
    play.stage.advance(timedelta(days=1, minutes=1))
    assert play.notified("reminder") == 1


def test_with_a_digest_the_migration_goes_on_and_the_clock_tells(play: Play, monkeypatch):
    """Nobody is told at once, nothing is told twice, and no migration looks again and again at what waits."""
    sent: list[str] = []

    async def send(_address: Any, message: Any) -> Sent:
        sent.append(message.title)
        return Sent(reached=True)

    monkeypatch.setattr(digest, "send", send)
    play.configure(notify_digest="PT1H")
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(hours=2))
    play.by_the_clock()
    assert (play.post.sent, [notice.occasion for notice in play.run.owed]) == ([], ["approvalNeeded"])
    assert play.record.run.question.reminded == 0
    for _ in range(2):
        asyncio.run(digest.send_digest(settings()))
    assert sent == ["Approve the migration of web?"]
    play.answer().until("Done")
    asyncio.run(digest.send_digest(settings()))
    assert sent[1:] == ["Image migrations: 1 ended, 1 decided"]
