"""The main paths of a migration, each told up to the execution whose history is worth keeping."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from migration.approval.image_record import ImageRecord
from migration.approval.opening import asked_anew
from migration.approval.verdict import DeleteSeen

from migration import names
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.plan.plan import PlanResult
from migration.resources.replication import ReplicationReport
from migration.values.outcome import Phase
from migration.values.problems import Problem
from tests.workflows.conftest import Play, later, make_plan, refusal, report, value

STILL_RUNNING = None


class Story(NamedTuple):
    """What happens, and which execution is kept: the `pick`th of those that began in a phase, or the one under way."""

    tell: Callable[[Play], Any]
    phase: Phase
    pick: int | None = -1


class ArmUnavailableError(Exception):
    """As the activities' own, known by its name alone once it has crossed the durable boundary."""


class RecordsUnavailableError(Exception):
    """As the store's own."""


def refused(play: Play) -> None:
    problems = [Problem(field=f"field{n}", code=f"Code{n}", message="wrong") for n in range(3)]
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(problems=problems))
    play.start()


def busy(play: Play) -> None:
    """The gallery is being created, and Azure throttles the definition."""
    gallery, definition = [later(2), later(2), value(None)], [later(324), value(None)]
    play.answers[names.ENSURE_GALLERY] = lambda _: gallery.pop(0)
    play.answers[names.ENSURE_IMAGE_DEFINITION] = lambda _: definition.pop(0)
    play.start().until("AwaitingApproval")


def unavailable(play: Play) -> None:
    def fail(_: object) -> object:
        raise ArmUnavailableError("ServiceRequestError: no network")

    play.answers[names.CREATE_IMAGE_VERSION] = fail
    play.start().until("Done")


def seen(play: Play, *progress: int) -> Play:
    """Replication is seen at each of these percentages in turn, and stays at the last."""
    reports = [value(report(percent)) for percent in progress]
    play.answers[names.CHECK_REPLICATION] = lambda _: reports.pop(0) if len(reports) > 1 else reports[0]
    return play


def several_looks(play: Play) -> None:
    """Some after a timer, one because an event said so."""
    seen(play, 0, 10, 40, 80, 100).start().say("ReplicationChanged", {"anything": 1})
    play.until("AwaitingApproval")


def build_failed(play: Play) -> None:
    failed = ReplicationReport(regions=[], failure="another generation", failure_code="Conflict")
    play.answers[names.CHECK_REPLICATION] = value(failed)
    play.start()


def shallow(play: Play) -> None:
    play.answers[names.VERIFY_IMAGE_VERSION] = refusal("ShallowReplication")
    play.start()


def asked(play: Play) -> Play:
    return play.start().until("AwaitingApproval")


def waited(play: Play, **duration: int) -> None:
    asked(play).stage.advance(timedelta(**duration))


def missed(play: Play) -> None:
    """A notification that is not sent is tried again while the answer is waited for."""
    play.answers[names.SEND_NOTIFICATION] = {"value": {"sent": 0, "missed": [0]}}
    asked(play)


def unread(play: Play) -> None:
    """The record cannot be read when the event of a decision comes."""

    def fail(_: object) -> object:
        raise RecordsUnavailableError("503: busy")

    play.answers[names.LOOK_AT_QUESTION] = fail
    asked(play).say("Approval", {"look": True}).stage.advance(timedelta(minutes=11))


def asked_again(play: Play) -> None:
    asked(play)
    wished = asked_anew(play.question.record, play.new_start(Settings(), "Grace"))
    assert isinstance(wished, ImageRecord)
    play.question.record = wished
    play.say("Approval", {"look": True})


def not_known(play: Play) -> None:
    """As after an upgrade: the record holds no question."""
    asked(play).question.record = None
    play.say("Approval", {"look": True})


def approved(play: Play) -> Play:
    return asked(play).approve()


def promoted(play: Play) -> None:
    """The update takes its time, and so does the replication it starts anew."""
    asked(play)
    status = [value_of(state="Running", seconds=30), value_of(state="Succeeded")]
    play.answers[names.FOLLOW_OPERATION] = lambda _: status.pop(0) if len(status) > 1 else status[0]
    seen(play, 50, 100).approve().until("Done")


def promoting(play: Play) -> Play:
    seen(asked(play), 50).approve().until("Promoting").stage.advance(timedelta(minutes=10))
    return play


def promoting_for_long(play: Play) -> None:
    promoting(play).stage.advance(timedelta(hours=11))


def value_of(**fields: Any) -> dict[str, Any]:
    return {"value": fields}


def never_deleted(play: Play) -> None:
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(plan=make_plan(delete_source=DeleteSource.NEVER)))
    approved(play).until("Done")


def in_use(play: Play) -> None:
    play.answers[names.DELETE_SOURCE_IMAGE] = refusal("SourceInUse", "a scale set names it")
    approved(play).until("Done")


def deleted_slowly(play: Play) -> None:
    """The delete is looked after twice, and then nobody can look."""

    def fail(_: object) -> object:
        raise ArmUnavailableError("ServiceRequestError: no network")

    waiting = value(DeleteSeen(kind="waiting"))
    looks = [lambda _: waiting, lambda _: waiting, *[fail] * 8]

    def look(told: object) -> object:
        return looks.pop(0)(told) if looks else play.question.confirm(told)

    play.answers[names.CONFIRM_DELETE] = look
    approved(play).until("Done")


def unknown(play: Play) -> None:
    play.answers[names.CONFIRM_DELETE] = lambda _: play.question.conclude("unknown", "AuthorizationFailed", "no")
    approved(play).until("Done")


STORIES = {
    "planned": Story(asked, Phase.PLANNING),
    "refused": Story(refused, Phase.PLANNING),
    "prepared": Story(asked, Phase.PREPARING),
    "prepared-slowly": Story(busy, Phase.PREPARING),
    "created": Story(asked, Phase.CREATING),
    "failed": Story(unavailable, Phase.CREATING),
    "replicated-after-several-looks": Story(several_looks, Phase.REPLICATING),
    "replicating-for-long": Story(lambda play: seen(play, 1).start().until("Done"), Phase.REPLICATING, pick=0),
    "replicating": Story(lambda play: seen(play, 0, 10, 20).start().say("ReplicationChanged"), Phase.REPLICATING, None),
    "replication-timed-out": Story(lambda play: seen(play, 1).start().until("Done"), Phase.REPLICATING),
    "build-failed": Story(build_failed, Phase.REPLICATING),
    "cancelled-while-replicating": Story(
        lambda play: seen(play, 50).start().say("Cancel", {"reason": "wrong gallery"}), Phase.REPLICATING
    ),
    "verified": Story(asked, Phase.VERIFYING),
    "kept-because-shallow": Story(shallow, Phase.VERIFYING),
    "notified": Story(asked, Phase.AWAITING_APPROVAL, pick=0),
    "notification-missed": Story(missed, Phase.AWAITING_APPROVAL, pick=0),
    "waiting-for-approval": Story(asked, Phase.AWAITING_APPROVAL, STILL_RUNNING),
    "reminded": Story(lambda play: waited(play, days=1, minutes=1), Phase.AWAITING_APPROVAL, pick=-2),
    "escalated": Story(lambda play: waited(play, days=3, minutes=1), Phase.AWAITING_APPROVAL),
    "expired": Story(lambda play: waited(play, days=8), Phase.AWAITING_APPROVAL),
    "hostile-answer": Story(lambda play: asked(play).say("Approval", [{"decision": 7}]), Phase.AWAITING_APPROVAL),
    "answer-without-the-token": Story(lambda play: asked(play).answer(callback="guessed"), Phase.AWAITING_APPROVAL),
    "answer-with-the-token": Story(lambda play: asked(play).answer(), Phase.AWAITING_APPROVAL),
    "record-not-read": Story(unread, Phase.AWAITING_APPROVAL),
    "asked-again": Story(asked_again, Phase.AWAITING_APPROVAL, pick=1),
    "question-not-known": Story(not_known, Phase.AWAITING_APPROVAL, pick=1),
    "rejected": Story(
        lambda play: asked(play).approve(decision="reject", comment="wrong disk"), Phase.AWAITING_APPROVAL
    ),
    "cancelled": Story(lambda play: asked(play).say("Cancel", "whatever"), Phase.AWAITING_APPROVAL),
    "approved": Story(approved, Phase.AWAITING_APPROVAL),
    "promoted": Story(promoted, Phase.PROMOTING),
    "promoting-for-long": Story(promoting_for_long, Phase.PROMOTING, pick=0),
    "promoting-again": Story(promoting_for_long, Phase.PROMOTING, pick=1),
    "cancelled-while-promoting": Story(lambda play: promoting(play).say("Cancel"), Phase.PROMOTING),
    "kept-by-policy": Story(never_deleted, Phase.PROMOTING),
    "deleted": Story(lambda play: approved(play).until("Done"), Phase.DELETING_SOURCE),
    "deleted-slowly": Story(deleted_slowly, Phase.DELETING_SOURCE, pick=0),
    "deleted-after-long": Story(deleted_slowly, Phase.DELETING_SOURCE),
    "delete-unknown": Story(unknown, Phase.DELETING_SOURCE),
    "kept": Story(in_use, Phase.DELETING_SOURCE),
}
