"""What an image is wished meanwhile: planned as it is by now, and not kept waiting by people who cannot be told."""

from datetime import timedelta

from migration import names
from migration.plan.plan import PlanResult
from migration.values.problems import Problem
from tests.workflows.azure_on_stage import SOURCE, make_image, make_plan
from tests.workflows.conftest import Play

WRONG = Problem(field="tag", code="Invalid", message="wrong")


def wished(play: Play, tag: str = "default") -> None:
    """The image's tag asks for something that nothing has answered."""
    play.azure.image = make_image(tags={"migrate-to-gallery": tag})


def refused_and_untold(play: Play) -> Play:
    play.post.arrives = lambda _: False
    play.azure.problems = [WRONG]
    return play.start()


def test_news_is_acted_on_while_nobody_can_be_told_of_what_is_over(play: Play):
    refused_and_untold(play)
    assert (play.phase, play.instance.runtime_status) == ("Done", "RUNNING")
    wished(play)
    play.azure.problems = []
    before = play.stage.now
    play.wake("News")
    assert (play.run.number, play.run.start.asked_by) == (2, "tag")
    assert play.phase not in {"Planning", "Done"}
    assert play.stage.now - before < timedelta(minutes=1)


def test_a_run_that_is_admitted_while_nobody_can_be_told_of_the_last_begins_at_once(play: Play):
    refused_and_untold(play)
    play.azure.problems = []
    play.start("Grace")
    assert (play.run.number, play.run.start.requested_by) == (2, "Grace")
    assert play.phase not in {"Planning", "Done"}


def test_without_news_those_who_were_missed_are_tried_again(play: Play):
    refused_and_untold(play)
    play.stage.advance(timedelta(minutes=10))
    assert (play.called(names.SEND_NOTIFICATIONS), play.instance.runtime_status) == (3, "COMPLETED")
    assert play.post.tried.count("failed") == 3


def test_a_migration_goes_on_with_the_tags_as_they_were_planned(play: Play):
    changed = play.new_start("whoever changed the tag")
    play.azure.answers["draw_up_plan"] = PlanResult(plan=make_plan(), start=changed)
    play.start().until("AwaitingApproval")
    assert play.run.start.requested_by == "whoever changed the tag"


def test_a_tag_that_was_set_while_a_migration_ran_is_a_run_of_its_own(play: Play):
    play.start().until("AwaitingApproval")
    wished(play)
    play.approve(decision="reject").stage.advance(timedelta(minutes=1))
    assert (play.run.number, play.run.start.asked_by, play.phase) == (2, "tag", "AwaitingApproval")


def test_a_wish_that_was_answered_is_not_news_again(play: Play):
    wished(play)
    play.start().until("AwaitingApproval").approve(decision="reject").until("Done")
    assert (play.run.number, play.instance.runtime_status) == (1, "COMPLETED")
    assert SOURCE in play.azure.tags
