"""The record of one source image: what was asked about it, what was decided, and whether the delete has been sent.

It lives outside the task hub, so that whoever can write histories cannot write it. Pure values and rules: each function
takes the record as it is and returns it as it should be, the same again where that was done before, or a refusal.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from migration.approval.approval import Approval, Decision
from migration.approval.copy_identity import CopyIdentity
from migration.asking.start import MigrationStart
from migration.plan.plan import Plan
from migration.values.answer import Refusal
from migration.values.ids import instance_id_for
from migration.values.record import Record

READER = 1  # raised when a record gets a field that older code must not overlook before it acts
TOO_NEW = Refusal(code="RecordTooNew", message="the record was written by a newer version of this app")
DELETE_PATIENCE = timedelta(days=7)  # how long to look for what became of a delete
MOST_DECISIONS = 10
DELETE_IS_QUICK = timedelta(minutes=15)  # a managed image is deleted in half a minute


class Stage(StrEnum):
    """Where a question is. Only an approved one may become `deleteSent`, and only an open one approved."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REPLACED = "replaced"
    DELETE_SENT = "deleteSent"
    DELETED = "deleted"
    KEPT = "kept"
    GONE = "gone"
    UNKNOWN = "unknown"


LIVE = {Stage.OPEN, Stage.APPROVED, Stage.DELETE_SENT}


class Deletion(Record):
    """A delete that was sent. `answered` once Azure's answer is known: an operation to follow, or why not (`code`).

    `withheld` is a delete that the app did not send in the end: something was wrong at the very last look. A step that
    runs again, or twice at once, makes several `attempts`; `attempt` names the latest.
    """

    sent_at: datetime
    attempts: int = 0
    attempt: str = ""
    answered: bool = False
    withheld: bool = False
    operation_url: str | None = None
    code: str = ""
    message: str = ""


class Question(Record):
    """What people are asked. `id` is in every link and nowhere else; `callback` lets an event from outside count."""

    id: str
    callback: str
    start: MigrationStart
    plan: Plan
    copied: CopyIdentity
    asked_at: datetime
    expires_at: datetime
    stage: Stage = Stage.OPEN
    approval: Approval | None = None
    decided_at: datetime | None = None
    deletion: Deletion | None = None


class Answered(Record):
    """What was last answered about an image: the request its tags made (`fingerprint`), of which content and shape.

    `deleted` tells that the image went then: whatever bears its name now is another.
    """

    fingerprint: str
    content: str
    shape: str = ""
    deleted: bool = False


class Decided(Record):
    """A decision that counted, and when: what an audit may say of decisions."""

    approval: Approval
    at: datetime


class ImageRecord(Record):
    """Everything that has authority over one source image.

    `settled_at` is when a question was last closed for good: no older start may open another; nor may `cancelled_run`,
    which a clock that runs ahead may have dated later. `again` is a wish to be asked anew that no question has taken up
    yet. `answered` is what was last acted on, so that it is no news. `decisions` are the latest that counted.
    """

    migration_id: str
    source_image_id: str
    created_at: datetime
    settled_at: datetime | None = None
    cancelled_run: str | None = None
    question: Question | None = None
    again: MigrationStart | None = None
    answered: Answered | None = None
    decisions: list[Decided] = []
    oldest_reader: int = READER

    def stands(self, stage: Stage, **changes: object) -> "ImageRecord":
        """Return the record with its question in another stage."""
        question = self.question.model_copy(update={"stage": stage, **changes}) if self.question else None
        return self.model_copy(update={"question": question})

    def decision_on(self, run: str) -> Decided | None:
        """Return the decision that stands on the question of a run; None where nobody has decided it."""
        question = self.question
        if question is None or question.start.run != run or question.approval is None or question.decided_at is None:
            return None
        return Decided(approval=question.approval, at=question.decided_at)

    def settled(self, *moments: datetime | None) -> "ImageRecord":
        """Return the record settled at the latest of these moments; clocks differ, and it never goes back."""
        return self.model_copy(update={"settled_at": max(filter(None, [self.settled_at, *moments]), default=None)})


def new_record(source_image_id: str, at: datetime) -> ImageRecord:
    return ImageRecord(migration_id=instance_id_for(source_image_id), source_image_id=source_image_id, created_at=at)


def next_start_at(record: ImageRecord | None, now: datetime) -> datetime:
    """Return when a new start of this image begins: after the last settlement, whatever the clocks of workers say."""
    settled = record.settled_at if record else None
    return max(now, settled + timedelta(microseconds=1)) if settled else now


def opened(record: ImageRecord | None, question: Question) -> ImageRecord | Refusal:
    """Ask; a step that runs again finds its own question. A newer start replaces an older one's question."""
    start, now = question.start, question.asked_at
    base = record or new_record(start.source_image_id, now)
    current = base.question
    if current is not None and current.start.run == start.run and current.stage in {Stage.OPEN, Stage.APPROVED}:
        if current.copied == question.copied:
            return base
        if current.stage is Stage.OPEN:
            return _asking(base, question)
    late = base.settled_at is not None and (start.started_at is None or start.started_at <= base.settled_at)
    if late or (start.run and start.run == base.cancelled_run):
        message = "what this migration would ask has been settled since it was started: ask again"
        return Refusal(code="QuestionSettled", message=message)
    if current is None or current.stage not in LIVE:
        return _asking(base, question)
    if current.stage is Stage.DELETE_SENT and now - _sent_at(current) < DELETE_IS_QUICK:
        return Refusal(code="DeleteUnderWay", message="a delete of this image was sent a moment ago")
    if not _is_newer(start, current.start):
        return Refusal(code="QuestionOpen", message="a newer migration of this image is asking already")
    return _asking(base, question)


def _asking(record: ImageRecord, question: Question) -> ImageRecord:
    again = None if record.again and record.again.run == question.start.run else record.again
    return record.model_copy(update={"question": question, "again": again})


def _is_newer(start: MigrationStart, other: MigrationStart) -> bool:
    return other.started_at is None or (start.started_at is not None and start.started_at > other.started_at)


def decided(record: ImageRecord | None, question_id: str, approval: Approval, at: datetime) -> ImageRecord | Refusal:
    """Let a decision count if the question it answers is open still; a rejection is final for it."""
    question = record.question if record else None
    if record is None or question is None or question.id != question_id:
        return Refusal(code="OtherQuestion", message="this question is not asked any more")
    if question.approval is not None and approval.id is not None and question.approval.id == approval.id:
        return record
    if question.stage is not Stage.OPEN:
        return Refusal(code="QuestionClosed", message="the question was closed before")
    if at >= question.expires_at:
        return Refusal(code="ApprovalExpired", message="nobody decided in time")
    decisions = [*record.decisions, Decided(approval=approval, at=at)][-MOST_DECISIONS:]
    record = record.model_copy(update={"decisions": decisions})
    if approval.decision is Decision.REJECT:
        return record.stands(Stage.REJECTED, approval=approval, decided_at=at).settled(at, question.start.started_at)
    return record.stands(Stage.APPROVED, approval=approval, decided_at=at)


def cancelled(
    record: ImageRecord | None, source_image_id: str, at: datetime, run: str, *, is_live: bool = True
) -> ImageRecord | Refusal:
    """Cancel whatever was started before: no question is asked, and no delete is sent; refused once one was.

    `run` is the start that is to be cancelled: what became of an earlier one's question does not stand in its way. Of a
    migration that is not live any more, nothing is left to cancel but a question that it left behind.
    """
    base = record or new_record(source_image_id, at)
    question = base.question
    if question is not None and (question.stage is Stage.DELETE_SENT or _is_over(question, run)):
        return Refusal(code="TooLateToCancel", message="the delete has been sent")
    asks = question is not None and question.stage in LIVE
    if not asks and not is_live:
        return Refusal(code="NothingToCancel", message="the migration has ended")
    waiting = base.again.started_at if base.again else None  # a wish to be asked anew is cancelled, too
    base = base.model_copy(update={"cancelled_run": run or base.cancelled_run, "again": None}).settled(at, waiting)
    return base.stands(Stage.CANCELLED).settled(question.start.started_at) if question and asks else base


def _is_over(question: Question, run: str) -> bool:
    return question.start.run == run and question.stage in {Stage.DELETED, Stage.GONE, Stage.UNKNOWN}


def expired(record: ImageRecord, at: datetime) -> ImageRecord:
    """Close a question that nobody answered in time."""
    question = record.question
    if question is None or question.stage is not Stage.OPEN or at < question.expires_at:
        return record
    return record.stands(Stage.EXPIRED).settled(at, question.start.started_at)


def asked_anew(record: ImageRecord | None, start: MigrationStart, *, is_live: bool = True) -> ImageRecord | Refusal:
    """Note the wish to be asked again. One at a time: whoever comes second within a minute is told so.

    What is being carried out (`is_live`) is not asked again; an approval whose migration has ended is void then.
    """
    at = start.started_at or datetime.min.replace(tzinfo=UTC)
    base = record or new_record(start.source_image_id, at)
    if base.again is not None and base.again.run == start.run:
        return base
    waiting = base.again.started_at if base.again else None
    if waiting is not None and at - waiting < timedelta(minutes=1):
        return Refusal(code="AskedAlready", message="it was asked again a moment ago")
    question = base.question
    if is_live and question is not None and question.stage in {Stage.APPROVED, Stage.DELETE_SENT}:
        return Refusal(code="AlreadyApproved", message="it was approved, and is being carried out")
    if question is not None and question.stage in {Stage.OPEN, Stage.APPROVED}:
        base = base.stands(Stage.REPLACED).settled(at - timedelta(microseconds=1))
    return base.model_copy(update={"again": start})


def concluded(record: ImageRecord, stage: Stage, at: datetime) -> ImageRecord:
    """Close a live question at the end of its migration."""
    if record.question is None or record.question.stage not in LIVE:
        return record
    return record.stands(stage).settled(at, record.question.start.started_at)


def abandoned(record: ImageRecord, at: datetime) -> ImageRecord:
    """Close a question whose migration ends without having closed it: its source is kept, unless a delete was sent."""
    sent = record.question is not None and record.question.stage is Stage.DELETE_SENT
    return concluded(record, Stage.UNKNOWN if sent else Stage.KEPT, at)


def _sent_at(question: Question) -> datetime:
    return question.deletion.sent_at if question.deletion else question.asked_at
