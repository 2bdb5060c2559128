"""What an image is wished meanwhile: planned as it is by now, and not kept waiting by people who cannot be told."""

from datetime import timedelta

from migration import names
from migration.plan.plan import PlanResult
from migration.values.problems import Problem
from tests.unit.samples import DEFAULTS
from tests.workflows.conftest import Play, make_plan, value

NOBODY_REACHED = {"value": {"sent": 0, "missed": [0]}}


def news_once(play: Play):
    """The image asks for something new, which is answered by what follows."""
    fresh = play.new_start(DEFAULTS, "whoever changed the tag")
    answers = iter([{"value": {"start": fresh.dump()}}])
    play.answers[names.LOOK_FOR_NEWS] = lambda _: next(answers, {"value": {"start": None}})


def test_news_is_acted_on_while_nobody_can_be_told_of_what_is_over(play: Play):
    play.answers[names.SEND_NOTIFICATION] = NOBODY_REACHED
    refused = value(PlanResult(problems=[Problem(field="tag", code="Invalid", message="wrong")]))
    play.answers[names.PLAN_MIGRATION] = refused
    play.start()
    assert (play.status["phase"], play.instance.runtime_status) == ("Done", "RUNNING")
    news_once(play)
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(plan=make_plan()))
    before = play.stage.now
    play.say("News")
    assert play.status["phase"] not in {"Planning", "Done"}
    assert play.stage.now - before < timedelta(minutes=1)


def test_without_news_those_who_were_missed_are_tried_again(play: Play):
    play.answers[names.SEND_NOTIFICATION] = NOBODY_REACHED
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(problems=[Problem(field="x", code="x", message="x")]))
    play.start()
    play.stage.advance(timedelta(minutes=10))
    assert (play.called(names.SEND_NOTIFICATION), play.instance.runtime_status) == (3, "COMPLETED")


def test_a_migration_goes_on_with_the_tags_as_they_were_planned(play: Play):
    changed = play.new_start(DEFAULTS, "whoever changed the tag")
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(plan=make_plan(), start=changed))
    play.start().until("AwaitingApproval")
    assert play.status["requestedBy"] == "whoever changed the tag"
    opened = [call for name, call in play.stage.calls if name == names.OPEN_QUESTION]
    assert [call["start"] for call in opened] == [changed.dump()]
