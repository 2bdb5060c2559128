"""What crosses the durable boundary between an orchestration and the record: small questions, and the answers."""

from datetime import datetime
from typing import Literal

from migration.approval.approval import Approval, ApprovalEvent
from migration.asking.start import MigrationStart
from migration.values.record import Record


class Reference(Record):
    """A migration, by its id and nothing else: whoever acts on it reads the rest from the record and from Azure."""

    id: str


class Opened(Record):
    """A question that was opened; `needed` is False where an answer would change nothing."""

    needed: bool = True
    image_version_id: str
    asked_at: datetime | None = None
    expires_at: datetime | None = None


class Look(Record):
    """A look at the record; with an answer from outside, or a run to be cancelled, that is to count if it may."""

    id: str
    event: ApprovalEvent | None = None
    cancel: str | None = None


class Verdict(Record):
    """How a question stands. `again` is the start of somebody who asked anew; `ignored` why an answer did not count.

    `none` is no question at all; `tooLate` that a delete has been sent, or that there is nothing left to cancel.
    """

    kind: Literal["open", "approved", "rejected", "cancelled", "expired", "again", "none", "tooLate"]
    approval: Approval | None = None
    decided_at: datetime | None = None
    again: MigrationStart | None = None
    ignored: str | None = None


class Sent(Record):
    """A delete that was sent: when to look first for what became of it."""

    seconds: float


class DeleteSeen(Record):
    """A look at what became of a delete; `waiting` while nobody can tell yet, `gone` where somebody else deleted it."""

    kind: Literal["waiting", "deleted", "kept", "cancelled", "gone", "unknown"]
    code: str = ""
    message: str = ""
    note: str | None = None
