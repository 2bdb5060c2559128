"""The record of an image on stage: the true rules on virtual time, where the activities have a table and a clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from migration.approval.closing import cancelled as cancelled_at
from migration.approval.closing import concluded as concluded_at
from migration.approval.closing import decided, expired
from migration.approval.deletion import answered, delete_sent
from migration.approval.image_record import ImageRecord, Question
from migration.approval.image_record import Stage as At
from migration.approval.opening import opened
from migration.approval.verdict import DeleteSeen, Look, Opened, Sent, Verdict
from migration.course.state import MigrationState

from migration.approval.approval import Approval
from migration.approval.copy_identity import CopyIdentity
from migration.asking.request import DeleteSource
from migration.values.answer import Answer, Refusal
from migration.values.ids import same_id
from migration.values.record import Record

CALLBACK = "the question's callback token"
VALIDITY = timedelta(hours=24)
_KINDS = {
    At.OPEN: "open",
    At.APPROVED: "approved",
    At.REJECTED: "rejected",
    At.CANCELLED: "cancelled",
    At.EXPIRED: "expired",
}


def value(record: Record | None) -> dict[str, Any]:
    return Answer(value=record.dump() if record is not None else None).dump()


class QuestionOnStage:
    """What the activities of the question answer, unless a test says otherwise; `record` is all that they keep."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.record: ImageRecord | None = None
        self._now = now
        self._asked = 0

    @property
    def stage(self) -> At | None:
        return self.record.question.stage if self.record and self.record.question else None

    @property
    def _open(self) -> Question:
        assert self.record is not None
        assert self.record.question is not None
        return self.record.question

    def _keep(self, result: ImageRecord | Refusal) -> Refusal | None:
        if isinstance(result, Refusal):
            return result
        self.record = result
        return None

    def open(self, payload: Any) -> Any:
        state = MigrationState.model_validate(payload)
        plan, version = state.planned, state.version_id
        if plan.delete_source is DeleteSource.NEVER and plan.exclude_from_latest:
            return value(Opened(needed=False, image_version_id=version))
        self._asked += 1
        question = Question(
            id=f"question {self._asked}",
            callback=CALLBACK,
            start=state.start,
            plan=plan,
            copied=CopyIdentity(image_version_id=version, published_at=self._now(), source_content="c"),
            asked_at=self._now(),
            expires_at=self._now() + state.start.patience.expiry,
        )
        refusal = self._keep(opened(self.record, question))
        if refusal is not None:
            return Answer(refusal=refusal).dump()
        asked = self._open
        return value(Opened(image_version_id=version, asked_at=asked.asked_at, expires_at=asked.expires_at))

    def look(self, payload: Any) -> Any:
        look = Look.model_validate(payload)
        if look.cancel is not None:
            source = self.record.source_image_id if self.record else ""
            late = self.record and self._keep(cancelled_at(self.record, source, self._now(), look.cancel))
            return value(Verdict(kind="tooLate" if late else "cancelled"))
        if self.record is None or self.record.question is None:
            return value(Verdict(kind="none"))
        ignored = None
        if look.event is not None and look.event.callback != CALLBACK:
            ignored = "it did not bear the callback token of the question"
        elif look.event is not None and not same_id(look.event.image_version_id, self._open.copied.image_version_id):
            ignored = "it names another image version than the one to be approved"
        elif look.event is not None:
            told = look.event.model_dump(exclude={"callback"})
            refusal = self.decide(Approval(**told, via="event", verified=False))
            ignored = refusal.message if refusal else None
        self.record = expired(self.record, self._now())
        if self.record.again is not None and self.stage in {None, At.REPLACED}:
            return value(Verdict(kind="again", again=self.record.again, ignored=ignored))
        kind = _KINDS.get(self._open.stage, "tooLate")
        said = {"approval": self._open.approval, "decided_at": self._open.decided_at}
        return value(Verdict(kind=kind, ignored=ignored, **said))

    def decide(self, approval: Approval) -> Refusal | None:
        """Write a decision, as the page and the API do."""
        return self._keep(decided(self.record, self._open.id, approval, self._now()))

    def cancel(self, run: str) -> Refusal | None:
        """Write a cancel, as the page and the API do."""
        assert self.record is not None
        return self._keep(cancelled_at(self.record, self.record.source_image_id, self._now(), run))

    def delete(self, _payload: Any) -> Any:
        refusal = self._keep(delete_sent(self.record, self._open.id, "attempt", self._now(), VALIDITY))
        if refusal is not None:
            return Answer(refusal=refusal).dump()
        self._keep(answered(self.record, self._open.id, operation_url="https://x/delete"))
        return value(Sent(seconds=30))

    def confirm(self, _payload: Any) -> Any:
        if self.stage is At.CANCELLED:
            return value(DeleteSeen(kind="cancelled", code="DeleteNotCarriedOut", message="it is cancelled"))
        if self.stage is not At.DELETE_SENT:
            return value(DeleteSeen(kind="kept", code="DeleteNotSent", message="the delete could not be sent"))
        return self.conclude("deleted")

    def conclude(self, kind: Any, code: str = "", message: str = "") -> Any:
        """Close the question with what a look at the image has told."""
        assert self.record is not None
        self.record = concluded_at(self.record, self._open.id, At(kind), self._now())
        return value(DeleteSeen(kind=kind, code=code, message=message))
