"""An answer that the platform has taken counts, whatever else is going on at that moment."""

from datetime import timedelta
from typing import Any

from migration import names
from tests.workflows.conftest import VERSION
from tests.workflows.question import CALLBACK

APPROVED = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "callback": CALLBACK}


class RecordsUnavailableError(Exception):
    """As the store's own, known by its name alone once it has crossed the durable boundary."""


def test_an_answer_that_comes_while_the_clock_has_the_question_looked_at_is_not_lost(play):
    play.start().until("AwaitingApproval")
    told = []

    def look(payload: Any) -> Any:
        seen = play.question.look(payload)
        if not told:
            told.append(play.stage.raise_event(play.id, "Approval", APPROVED))
        return seen

    play.answers[names.LOOK_AT_QUESTION] = look
    play.stage.advance(timedelta(hours=30))
    assert told
    assert play.outcome == ("Migrated", "Migrated")


def test_an_answer_that_comes_while_the_store_is_down_is_not_lost(play):
    play.start().until("AwaitingApproval")
    up_again = play.stage.now + timedelta(hours=1)

    def look(payload: Any) -> Any:
        if play.stage.now < up_again:
            raise RecordsUnavailableError("503: busy")
        return play.question.look(payload)

    play.answers[names.LOOK_AT_QUESTION] = look
    play.say("Approval", APPROVED)
    play.stage.advance(timedelta(hours=30))
    assert play.outcome == ("Migrated", "Migrated")
