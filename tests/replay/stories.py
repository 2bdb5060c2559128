"""The main paths of a migration, each told up to the execution whose history is worth keeping."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from arm.transport.errors import ArmError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.asking.request import DeleteSource
from migration.course import steps
from migration.course.standing import Hint
from migration.fleet.moving import FleetMove
from migration.promise.evidence import Consumer
from migration.resources.operation import OperationStatus
from migration.resources.states import ProvisioningState
from migration.values.outcome import Phase
from migration.values.problems import Problem
from records.errors import RecordsUnavailableError
from tests.support.samples import SOURCE, make_image, make_plan
from tests.support.stage.azure_on_stage import UPDATE
from tests.support.stage.fleets import FleetPlay
from tests.support.stage.hooks import first
from tests.support.stage.play import Play

STILL_RUNNING = None
NO_NETWORK = ArmUnavailableError("ServiceRequestError", "no network")
BUSY = ArmThrottledError("Throttled", "too many requests", 60)


class Story(NamedTuple):
    """What happens, and which execution is kept: the `pick`th of those that began in a phase (None: of those that tell
    people), or the one under way. One `of_fleet` is told on a stage of many images, and its first execution is kept.
    """

    tell: Callable[[Any], Any]
    phase: Phase | None
    pick: int | None = -1
    of_fleet: bool = False


def refused(play: Play) -> None:
    play.azure.problems = [Problem(field=f"field{n}", code=f"Code{n}", message="wrong") for n in range(3)]
    play.start()


def busy(play: Play) -> None:
    """Azure throttles the gallery, and the definition is being created."""
    play.azure.answers["get_gallery"] = in_turn(BUSY, BUSY, play.azure.gallery)
    asked(play)


def in_turn(*said: Any) -> Callable[..., Any]:
    """Answer this in turn, and the last of it from then on; an error is raised."""
    left = list(said)

    def answer(*_: Any, **__: Any) -> Any:
        now = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(now, ArmError):
            raise now
        return now

    return answer


def unavailable(play: Play) -> None:
    play.azure.answers["start_version"] = NO_NETWORK
    play.start().until("Done", timedelta(days=3))


def seen(play: Play, *progress: int) -> Play:
    """Replication is seen at each of these percentages in turn, and stays at the last."""
    play.azure.progress = in_turn(*progress)
    return play


def several_looks(play: Play) -> None:
    """Some after a timer, one because an event said so."""
    seen(play, 0, 10, 40, 80, 100).start().until("Replicating").say("ReplicationChanged", {"anything": 1})
    play.until("AwaitingApproval")


def replicating(play: Play) -> Play:
    return seen(play, 0, 10, 20).start().until("Replicating")


def build_failed(play: Play) -> None:
    seen(play, 50).start().until("Replicating")
    assert play.azure.version is not None
    play.azure.answers["get_version"] = play.azure.version.changed(provisioning_state=ProvisioningState.FAILED)
    play.azure.answers["follow"] = OperationStatus(state="Failed", code="Conflict", message="another generation")
    play.until("Done")


def shallow(play: Play) -> None:
    replicating(play)
    assert play.azure.version is not None
    play.azure.version = play.azure.version.changed(replication_mode="Shallow")
    play.azure.progress = 100
    play.until("Done")


def kept_unasked(play: Play) -> None:
    play.azure.plan = make_plan(delete_source=DeleteSource.NEVER, exclude_from_latest=True)
    play.start().until("Done")


def asked(play: Play) -> Play:
    return play.start().until("AwaitingApproval")


def soaking(play: Play) -> Play:
    play.azure.plan = make_plan(soak=timedelta(days=14))
    return asked(play).approve(decision="accept").until("Soaking")


def soaked(play: Play) -> None:
    soaking(play).stage.advance(timedelta(days=14, minutes=1))


def postponed(play: Play) -> None:
    """A machine needs the source at the end of the soak: people are reminded."""
    play.azure.consumers[SOURCE] = [Consumer(id="/subscriptions/s/vm", kind="machines-without-own-disk")]
    soaking(play).stage.advance(timedelta(days=14, minutes=1))


def soak_ended_by_a_lock(play: Play) -> None:
    soaking(play).azure.image = make_image(tags={"migrate-to-gallery-options": "delete-source=never"})
    play.wake("Approval")


def waited(play: Play, **duration: int) -> None:
    asked(play).stage.advance(timedelta(**duration))


def missed(play: Play) -> None:
    """A notification that is not sent is tried again while the answer is waited for."""
    play.post.arrives = lambda _: False
    asked(play).stage.advance(timedelta(minutes=10))


def unread(play: Play) -> None:
    """The record cannot be read when the event of an answer comes, and later it can."""
    asked(play).records.is_down = True
    play.answer().stage.advance(timedelta(minutes=30))
    play.records.is_down = False
    play.stage.advance(timedelta(minutes=30))


def unread_for_long(play: Play) -> None:
    replicating(play).records.is_down = True
    play.stage.advance(timedelta(hours=1))


def asked_again(play: Play) -> None:
    asked(play).ask_again("Grace")


def approved(play: Play) -> Play:
    return asked(play).approve()


def promoted(play: Play) -> None:
    """The update takes its time, and so does the replication it starts anew."""
    asked(play)
    running, over = OperationStatus(state="Running", seconds=30), OperationStatus(state="Succeeded")
    updates = in_turn(running, over)
    play.azure.answers["follow"] = lambda url: updates() if url == UPDATE else over
    play.azure.progress_then = in_turn(50, 100)
    play.approve().until("Done")


def promoting(play: Play) -> Play:
    asked(play).azure.progress_then = 50
    play.approve().until("Promoting").stage.advance(timedelta(minutes=10))
    return play


def promoting_for_long(play: Play) -> None:
    promoting(play).stage.advance(timedelta(hours=11))


def never_deleted(play: Play) -> None:
    play.azure.plan = make_plan(delete_source=DeleteSource.NEVER)
    play.start().until("Done")


def in_use(play: Play) -> None:
    play.azure.answers["find_consumers"] = [Consumer(id="/subscriptions/s/web", kind="scale-sets")]
    approved(play).until("Done")


def not_sent(play: Play) -> None:
    play.azure.answers["find_consumers"] = NO_NETWORK
    approved(play).until("Done", timedelta(days=3))


def deleted_slowly(play: Play) -> None:
    """The delete is looked after for long, and for a while nobody can look."""
    play.azure.deleting_takes = timedelta(days=2)
    approved(play).until("DeletingSource").stage.advance(timedelta(hours=3))
    play.azure.answers["get_image"] = NO_NETWORK
    play.stage.advance(timedelta(hours=3))
    del play.azure.answers["get_image"]
    play.until("Done", timedelta(days=2))


def unknown(play: Play) -> None:
    play.azure.deleting_takes = timedelta(days=9)
    approved(play).until("DeletingSource")
    play.azure.answers["get_image"] = ArmRefusedError("AuthorizationFailed", "no")
    play.azure.gone_at = None
    play.until("Done", timedelta(days=8))


def followed_by_another(play: Play) -> None:
    """A tag was set meanwhile: the orchestration goes on with the run that it is admitted as."""
    asked(play).azure.image = make_image(tags={"migrate-to-gallery": "default"})
    play.approve(decision="reject")


def told_late(play: Play) -> None:
    """Nobody can be told of the end, at the first attempts."""
    play.post.arrives = lambda _: False
    refused(play)
    play.stage.advance(timedelta(minutes=10))


def told_between(play: Play) -> None:
    """More is owed while an attempt is waited for."""
    missed_for_now(play)
    play.approve(decision="reject").stage.advance(timedelta(minutes=10))


def missed_for_now(play: Play) -> None:
    play.post.arrives = lambda _: False
    asked(play)


def told_of_unread(play: Play) -> None:
    """What is owed cannot be read for long."""
    play.hooks[steps.DELIVER_NOTIFICATIONS.name] = first(9, RecordsUnavailableError("503: busy"))
    asked(play).stage.advance(timedelta(hours=1))


def not_recorded(play: Play) -> None:
    play.azure.answers["merge_tags"] = NO_NETWORK
    asked(play).approve(decision="reject").stage.advance(timedelta(days=3))


def taken_up_again(play: Play) -> None:
    """Ended in the record, and killed before anybody was told."""
    play.hooks[steps.RECORD_OUTCOME.name] = lambda *_: play.stage.terminate(play.id)
    refused(play)
    del play.hooks[steps.RECORD_OUTCOME.name]
    play.look_after()


def record_gone(play: Play) -> None:
    asked(play).records.forget(play.id)
    play.wake("Approval")


def of_another_run(play: Play) -> None:
    replicating(play).stage.terminate(play.id)
    play.stage.run()
    play.forge(Hint(run="run 7", phase=Phase.DELETING_SOURCE).dump(), play.id)


def fleet_in_two_waves(play: FleetPlay) -> None:
    """It is paused, goes on, and ends."""
    play.configure(poll_interval="PT5M").begin([*play.add_images(2), *play.add_images(1, 2, wave=2)])
    play.steer(FleetMove.PAUSE)
    play.stage.advance(timedelta(minutes=30))
    play.steer(FleetMove.RESUME)
    play.until_over()


STORIES = {
    "planned": Story(asked, Phase.PLANNING),
    "refused": Story(refused, Phase.PLANNING),
    "prepared": Story(asked, Phase.PREPARING),
    "prepared-slowly": Story(busy, Phase.PREPARING),
    "created": Story(asked, Phase.CREATING),
    "failed": Story(unavailable, Phase.CREATING),
    "replicated-after-several-looks": Story(several_looks, Phase.REPLICATING),
    "replicating-for-long": Story(lambda play: seen(play, 1).start().until("Done"), Phase.REPLICATING, pick=0),
    "replicating": Story(lambda play: replicating(play).say("ReplicationChanged"), Phase.REPLICATING, STILL_RUNNING),
    "replication-timed-out": Story(lambda play: seen(play, 1).start().until("Done"), Phase.REPLICATING),
    "build-failed": Story(build_failed, Phase.REPLICATING),
    "cancelled-while-replicating": Story(
        lambda play: replicating(play).say("Cancel", {"reason": "wrong gallery"}), Phase.REPLICATING
    ),
    "record-unread-for-long": Story(unread_for_long, Phase.REPLICATING, pick=0),
    "verified": Story(asked, Phase.VERIFYING),
    "kept-because-shallow": Story(shallow, Phase.VERIFYING),
    "kept-unasked": Story(kept_unasked, Phase.VERIFYING),
    "notification-missed": Story(missed, Phase.AWAITING_APPROVAL, STILL_RUNNING),
    "waiting-for-approval": Story(asked, Phase.AWAITING_APPROVAL, STILL_RUNNING),
    "reminded": Story(lambda play: waited(play, days=1, minutes=1), Phase.AWAITING_APPROVAL, STILL_RUNNING),
    "escalated": Story(lambda play: waited(play, days=3, minutes=1), Phase.AWAITING_APPROVAL, STILL_RUNNING),
    "expired": Story(lambda play: waited(play, days=8), Phase.AWAITING_APPROVAL),
    "hostile-answer": Story(
        lambda play: asked(play).say("Approval", [{"decision": 7}]), Phase.AWAITING_APPROVAL, STILL_RUNNING
    ),
    "answer-without-the-token": Story(
        lambda play: asked(play).answer(callback="guessed"), Phase.AWAITING_APPROVAL, STILL_RUNNING
    ),
    "answer-with-the-token": Story(lambda play: asked(play).answer(), Phase.AWAITING_APPROVAL),
    "record-not-read": Story(unread, Phase.AWAITING_APPROVAL),
    "asked-again": Story(asked_again, Phase.AWAITING_APPROVAL),
    "rejected": Story(
        lambda play: asked(play).approve(decision="reject", comment="wrong disk"), Phase.AWAITING_APPROVAL
    ),
    "cancelled": Story(lambda play: asked(play).say("Cancel", "whatever"), Phase.AWAITING_APPROVAL),
    "approved": Story(approved, Phase.AWAITING_APPROVAL),
    "record-gone": Story(record_gone, Phase.AWAITING_APPROVAL),
    "promoted": Story(promoted, Phase.PROMOTING),
    "promoting-for-long": Story(promoting_for_long, Phase.PROMOTING, pick=0),
    "promoting-again": Story(promoting_for_long, Phase.PROMOTING, pick=1),
    "cancelled-while-promoting": Story(lambda play: promoting(play).say("Cancel"), Phase.PROMOTING),
    "kept-by-policy": Story(never_deleted, Phase.PROMOTING),
    "soaking": Story(soaking, Phase.SOAKING, STILL_RUNNING),
    "soaked": Story(soaked, Phase.SOAKING),
    "asked-after-a-soak": Story(soaked, Phase.VERIFYING),
    "postponed": Story(postponed, Phase.SOAKING, STILL_RUNNING),
    "soak-ended-by-a-lock": Story(soak_ended_by_a_lock, Phase.SOAKING),
    "cancelled-while-soaking": Story(lambda play: soaking(play).say("Cancel"), Phase.SOAKING),
    "promoted-before-a-soak": Story(soaking, Phase.PROMOTING),
    "deleted": Story(lambda play: approved(play).until("Done"), Phase.DELETING_SOURCE),
    "deleted-slowly": Story(deleted_slowly, Phase.DELETING_SOURCE, pick=0),
    "deleted-after-long": Story(deleted_slowly, Phase.DELETING_SOURCE),
    "delete-unknown": Story(unknown, Phase.DELETING_SOURCE),
    "delete-not-sent": Story(not_sent, Phase.DELETING_SOURCE),
    "kept": Story(in_use, Phase.DELETING_SOURCE),
    "of-another-run": Story(of_another_run, Phase.DELETING_SOURCE, pick=0),
    "told": Story(asked, None),
    "told-late": Story(told_late, None),
    "told-between": Story(told_between, None),
    "telling": Story(missed_for_now, None, STILL_RUNNING),
    "owed-unread": Story(told_of_unread, None, pick=0),
    "outcome-not-recorded": Story(not_recorded, Phase.AWAITING_APPROVAL),
    "followed-by-another-run": Story(followed_by_another, Phase.AWAITING_APPROVAL),
    "fleet": Story(fleet_in_two_waves, None, of_fleet=True),
    "taken-up-again-at-its-end": Story(taken_up_again, Phase.DONE),
}
