"""Where the source is to stay nobody is asked: the version is verified, becomes eligible as latest, and that is it.

The default deployment waited seven days for an answer of somebody who had never been told of the question.
"""

from datetime import timedelta

import pytest

from arm.transport.errors import ArmRefusedError
from migration.approval.approval import Decision
from migration.asking.request import DeleteSource
from migration.course import steps
from migration.record.run import RunStage
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from tests.support.samples import VERSION, make_image, make_plan
from tests.support.stage.play import Play


@pytest.fixture
def copying(play: Play) -> Play:
    play.azure.plan = make_plan(delete_source=DeleteSource.NEVER)
    return play


def test_nobody_is_asked_and_nothing_waits(copying: Play):
    play = copying
    play.start().until("Done", timedelta(hours=1))
    assert play.outcome == ("SourceKept", "Policy")
    assert (play.run.stage, play.run.question) == (RunStage.ENDED, None)
    assert [link.question for link in play.run.links if link.question] == []
    assert play.post.sent == ["done"]
    assert (play.azure.asked["start_promotion"], play.azure.asked["start_delete"]) == (1, 0)
    assert play.azure.image is not None
    told = ["requested", "planned", "version started", "version verified", "promoted", "ended"]
    assert play.audited == [*told, "told (done)"]


def test_a_version_that_is_to_stay_out_of_latest_is_not_promoted(copying: Play):
    copying.azure.plan = make_plan(delete_source=DeleteSource.NEVER, exclude_from_latest=True)
    copying.start().until("Done")
    assert (copying.outcome, copying.azure.asked["start_promotion"]) == (("SourceKept", "Policy"), 0)


def test_a_version_that_is_not_complete_any_more_is_not_promoted(copying: Play):
    def incomplete(told, real):
        assert copying.azure.version is not None
        copying.azure.version = copying.azure.version.changed(replication_mode="Shallow")
        return real(told)

    copying.hooks[steps.PROMOTE_IMAGE_VERSION.name] = incomplete
    copying.start().until("Done")
    assert copying.outcome == ("SourceKept", "ShallowReplication")
    assert copying.run.promoted is False


def test_a_version_that_somebody_replaced_after_it_was_verified_is_not_promoted(copying: Play):
    def replaced(told, real):
        version = copying.azure.version
        assert version is not None
        assert version.published_at is not None
        copying.azure.version = version.changed(published_at=version.published_at + timedelta(hours=1))
        return real(told)

    copying.hooks[steps.PROMOTE_IMAGE_VERSION.name] = replaced
    copying.start().until("Done")
    assert (copying.outcome, copying.run.promoted) == (("SourceKept", "VersionReplaced"), False)


def test_a_wish_that_was_withdrawn_meanwhile_makes_nothing_latest(copying: Play):
    copying.azure.progress = 50
    copying.start().until("Replicating")
    copying.azure.image = make_image(tags={"migrate-to-gallery": "another/place"})
    copying.azure.progress = 100
    copying.stage.advance(timedelta(minutes=10))
    (first,) = [run for run in copying.records.kept() if run.number == 1]
    assert first.outcome is not None
    assert (first.outcome.code, first.promoted) == ("RequestWithdrawn", False)


def test_it_can_be_cancelled_until_it_has_ended(copying: Play):
    copying.azure.progress_then = 50
    copying.start().until("Promoting")
    assert not isinstance(copying.cancel(), Refusal)
    copying.wake("Cancel").stage.advance(timedelta(minutes=10))
    assert (copying.outcome, copying.run.stage) == (("Cancelled", "Cancelled"), RunStage.ENDED)


def test_an_answer_to_what_nobody_asked_decides_nothing(copying: Play):
    done = copying.stage.now + timedelta(hours=1)
    copying.azure.progress_then = lambda: 100 if copying.stage.now >= done else 50
    copying.start().until("Promoting")
    copying.answer(decision="approve")
    copying.until("Done")
    assert copying.outcome == ("SourceKept", "Policy")
    assert (copying.azure.image is None, VERSION) == (False, copying.run.image_version_id)


def test_a_plan_that_deletes_after_approval_is_never_promoted_unasked(play: Play):
    """Whoever can start an instance in any phase finds no question, and no plan that goes without one."""
    play.azure.progress = 50
    play.start().until("Replicating")
    play.records.apply_to_run(play.id, lambda run: run.changed(phase=Phase.PROMOTING))
    play.azure.progress = 100
    play.stage.advance(timedelta(minutes=30))
    assert (play.azure.asked["start_promotion"], play.azure.asked["start_delete"]) == (0, 0)


# What the app did not make, or cannot tell to be what it made, it makes nobody's latest.


def replaced(play: Play, step: str) -> None:
    """Somebody builds another version under the number of ours, just before a step."""

    def hook(told, real):
        version = play.azure.version
        assert version is not None
        assert version.published_at is not None
        play.azure.version = version.changed(
            published_at=version.published_at + timedelta(hours=1), tags={"owner": "grace"}, exclude_from_latest=True
        )
        del play.hooks[step]
        return real(told)

    play.hooks[step] = hook


@pytest.mark.parametrize("deletes", [DeleteSource.NEVER, DeleteSource.AFTER_APPROVAL])
def test_what_somebody_else_made_is_not_promoted_by_asking_again(play: Play, deletes: DeleteSource):
    """The run refused it, and said that it could be asked again: then it was latest, and "the image is migrated"."""
    play.azure.plan = make_plan(delete_source=deletes)
    replaced(play, steps.PROMOTE_IMAGE_VERSION.name)
    play.start()
    if deletes is not DeleteSource.NEVER:
        play.until("AwaitingApproval").approve(decision="accept")
    play.until("Done").stage.advance(timedelta(minutes=1))
    assert play.outcome == ("SourceKept", "VersionReplaced")
    assert not isinstance(play.ask_again("Grace"), Refusal)
    play.stage.advance(timedelta(minutes=10))
    assert play.azure.version is not None
    assert play.azure.version.exclude_from_latest
    assert play.run.promoted is False


def test_a_version_of_which_azure_does_not_say_when_it_was_made_is_not_promoted(copying: Play):
    started = copying.azure._start_version

    def undated(*args, **more):
        operation = started(*args, **more)
        assert copying.azure.version is not None
        copying.azure.version = copying.azure.version.changed(published_at=None, tags={"owner": "grace"})
        return operation

    copying.azure.answers["start_version"] = undated
    copying.start().stage.advance(timedelta(minutes=30))
    assert (copying.run.promoted, copying.ended.code) == (False, "CannotTellApart")


def not_promoted_for_now(copying: Play) -> Play:
    copying.azure.answers["start_promotion"] = ArmRefusedError("ScopeLocked", "locked")
    copying.start().until("Done").stage.advance(timedelta(minutes=1))
    del copying.azure.answers["start_promotion"]
    return copying


def test_the_copy_of_an_image_that_was_built_anew_since_is_not_promoted_by_asking_again(copying: Play):
    play = not_promoted_for_now(copying)
    assert play.azure.image is not None
    play.azure.image = play.azure.image.changed(content="second", created_at=play.stage.now)
    play.ask_again("Grace")
    play.stage.advance(timedelta(minutes=10))
    assert (play.run.promoted, play.ended.code) == (False, "SourceChanged")


def test_the_only_copy_is_known_of_what_is_asked_again(copying: Play):
    play = not_promoted_for_now(copying)

    def gone(told, real):
        play.azure.image = None
        return real(told)

    play.hooks[steps.RECORD_OUTCOME.name] = gone
    play.ask_again("Grace")
    play.stage.advance(timedelta(minutes=30))
    assert play.ended.only_copy


@pytest.mark.parametrize("tags", [{}, {"migrate-to-gallery": "another/place"}])
def test_a_wish_that_is_withdrawn_while_the_promotion_waits_makes_nothing_latest(copying: Play, tags: dict[str, str]):
    copying.azure.image = make_image(tags={"migrate-to-gallery": "default"})
    busy, promotes = [True], copying.azure._start_promotion

    def promotion(*args, **more):
        if busy[0]:
            raise ArmRefusedError("Conflict", "the version is being updated")
        return promotes(*args, **more)

    copying.azure.answers["start_promotion"] = promotion
    copying.start().until("Promoting").stage.advance(timedelta(hours=2))
    copying.azure.image = make_image(tags=tags)
    copying.stage.advance(timedelta(hours=2))
    (first,) = [run for run in [copying.run, *copying.records.kept()] if run.number == 1][:1]
    assert first.outcome is not None
    assert (first.outcome.code, first.promoted) == ("RequestWithdrawn", False)


def test_a_question_of_the_release_before_that_is_asked_again_ends_as_what_it_is(play: Play):
    """It asked whether a version be latest whose source stays: it ended as one that nobody has approved."""
    play.start().until("AwaitingApproval")
    play.records.apply_to_run(
        play.id,
        lambda run: run.changed(
            plan=run.planned.changed(delete_source=DeleteSource.NEVER),
            question=play.question.changed(allows=[Decision.ACCEPT, Decision.REJECT]),
        ),
    )
    assert not isinstance(play.ask_again("Grace"), Refusal)
    play.stage.advance(timedelta(hours=1))
    assert (play.outcome, play.run.promoted) == (("SourceKept", "Policy"), True)
