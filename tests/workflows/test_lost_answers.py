"""An answer that the platform has taken counts, whatever else is going on at that moment."""

from datetime import timedelta
from typing import Any

from migration.course import steps
from tests.support.stage.hooks import Real
from tests.support.stage.play import APPROVED, Play


def test_an_answer_that_comes_while_the_clock_has_the_question_looked_at_is_not_lost(play: Play):
    play.start().until("AwaitingApproval")
    told: list[Any] = []

    def look(said: Any, real: Real) -> Any:
        if not told:
            told.append(play.stage.raise_event(play.id, "Approval", APPROVED))
        return real(said)

    play.hooks[steps.LOOK_AT_QUESTION.name] = look
    play.stage.advance(timedelta(hours=30))
    assert told
    assert play.outcome == ("Migrated", "Migrated")


def test_an_answer_that_comes_while_the_store_is_down_is_not_lost(play: Play):
    play.start().until("AwaitingApproval")
    play.records.is_down = True
    play.say("Approval", APPROVED)
    play.stage.advance(timedelta(hours=1))
    play.records.is_down = False
    play.stage.advance(timedelta(hours=12))
    assert play.outcome == ("Migrated", "Migrated")


def test_an_answer_that_comes_after_the_store_went_down_is_not_lost(play: Play):
    """The look that was under way failed, and the answer came while it was tried again."""
    play.start().until("AwaitingApproval")
    play.records.is_down = True
    play.say("Approval", {"look": True})
    play.stage.advance(timedelta(minutes=4))
    play.say("Approval", APPROVED)
    play.stage.advance(timedelta(hours=1))
    play.records.is_down = False
    play.stage.advance(timedelta(hours=12))
    assert play.outcome == ("Migrated", "Migrated")


def test_an_answer_that_comes_while_people_are_told_is_not_lost(play: Play):
    told: list[Any] = []

    async def tell(said: Any, real: Real) -> Any:
        answer = await real(said)
        if not told and said["phase"] == "AwaitingApproval":
            told.append(play.stage.raise_event(play.id, "Approval", APPROVED))
        return answer

    play.hooks[steps.SEND_NOTIFICATIONS.name] = tell
    play.start().until("Done")
    assert told
    assert play.outcome == ("Migrated", "Migrated")
