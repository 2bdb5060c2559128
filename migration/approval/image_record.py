"""The record of one source image: what was asked about it, what was decided, and whether the delete has been sent.

It lives outside the task hub, so that whoever can write histories cannot write it. The rules beside it (`opening`,
`closing`, `deletion`) are pure: each takes the record as it is and returns it as it should be, unchanged where that was
done before, or a refusal.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from migration.approval.approval import Approval
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
