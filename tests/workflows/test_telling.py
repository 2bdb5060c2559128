"""Telling people goes its own way: no run, no end and no new start waits for it, and nothing that is owed is lost."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from activities import deliver_notifications
from arm.transport.errors import ArmUnavailableError
from migration import names
from migration.record.run import RunStage
from migration.telling.messages import Message
from migration.values.ids import teller_of
from migration.values.problems import Problem
from records.errors import RecordsUnavailableError
from steering.upkeep.tending import tend
from tests.workflows.conftest import Play, Real

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
    play.hooks[names.DELIVER_NOTIFICATIONS] = raising
    return play


def raising(_told: Any, _real: Real) -> Any:
    raise ConnectionResetError("the worker was recycled while it waited")


def by_the_clock(play: Play) -> None:
    asyncio.run(tend(play.hub))
    play.stage.run()


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
    assert (play.post.tried.count("failed"), play.run.owed) == (3, [])
    assert (play.called(names.SEND_NOTIFICATIONS), play.teller.runtime_status) == (1, "COMPLETED")
    assert play.run.notes == ["1 notifications (failed) could not be sent"]


def test_the_end_of_a_run_is_told_while_the_next_one_is_under_way(play: Play, monkeypatch: pytest.MonkeyPatch):
    """A new start in the minutes between two attempts kept people from ever hearing of the end before it."""
    refused(untold(play)).start("Grace")
    said = titles(monkeypatch)
    play.until("AwaitingApproval").stage.advance(timedelta(minutes=10))
    assert said == ["Approve the migration of web?", "The migration of web ended: Refused"]
    assert (play.run.number, play.run.owed) == (2, [])


def titles(patch: pytest.MonkeyPatch) -> list[str]:
    """The titles of what is sent from now on, which all arrives."""
    said: list[str] = []

    async def send(_address: Any, message: Message) -> bool:
        said.append(message.title)
        return True

    patch.setattr(deliver_notifications, "_send", send)
    return said


def test_of_runs_that_follow_each_other_while_nobody_can_be_told_each_is_told_of_later(play: Play, monkeypatch):
    untold(play)
    for _ in range(3):
        refused(play)
    said = titles(monkeypatch)
    play.stage.advance(timedelta(minutes=10))
    assert said == ["The migration of web ended: Refused"] * 3
    assert play.run.owed == []


def test_what_a_lost_task_hub_owed_is_told_by_the_clock(play: Play):
    refused(untold(play)).stage.terminate(teller_of(play.id))
    play.stage.run()
    play.post.arrives = lambda _: True
    play.stage.advance(timedelta(minutes=10))
    assert play.notified("failed") == 0
    by_the_clock(play)
    assert (play.notified("failed"), play.teller.runtime_status) == (1, "COMPLETED")
    by_the_clock(play)
    assert play.notified("failed") == 1


def test_a_run_that_was_ended_from_outside_is_told_of(play: Play):
    """People waited for the end of a migration that somebody had terminated, and heard no more of it."""
    play.azure.progress = 50
    play.start().until("Replicating").stage.terminate(play.id)
    play.stage.run()
    play.look_after().stage.advance(timedelta(minutes=5))
    play.look_after()
    by_the_clock(play)
    assert (play.outcome, play.notified("done")) == (("Cancelled", "Terminated"), 1)


def test_what_is_owed_while_something_is_delivered_is_delivered_after_it(play: Play):
    async def meanwhile(told: Any, real: Real) -> Any:
        delivered = await real(told)
        if play.phase == "AwaitingApproval" and not play.run.decisions:
            await play.decide()
            await play.hub.tell(play.id)
        return delivered

    play.hooks[names.DELIVER_NOTIFICATIONS] = meanwhile
    play.hub.hears = False  # the migration itself hears nothing of the decision yet
    play.start().stage.advance(timedelta(minutes=5))
    assert play.post.sent[:2] == ["approvalNeeded", "decided"]


def test_a_record_that_cannot_be_read_is_told_of_when_it_can(play: Play):
    there_again = play.stage.now + timedelta(hours=11)

    def away_for_long(told: Any, real: Real) -> Any:
        if play.stage.now < there_again:
            raise RecordsUnavailableError("503")
        return real(told)

    play.hooks[names.DELIVER_NOTIFICATIONS] = away_for_long
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


def test_azure_is_not_asked_for_what_is_told(play: Play):
    play.start().until("AwaitingApproval")
    play.azure.error = ArmUnavailableError("ServiceRequestError", "no network")
    play.stage.advance(timedelta(days=1, minutes=1))
    assert play.notified("reminder") == 1
