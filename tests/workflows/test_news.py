"""What an image is wished meanwhile: planned as it is by now."""

from datetime import timedelta

from migration.plan.plan import PlanResult
from tests.support.samples import SOURCE, make_image, make_plan
from tests.support.stage.play import Play


def wished(play: Play, tag: str = "default") -> None:
    """The image's tag asks for something that nothing has answered."""
    play.azure.image = make_image(tags={"migrate-to-gallery": tag})


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
