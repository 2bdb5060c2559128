"""What an orchestration starts with, carries from one execution to the next, and shows as its custom status."""

from datetime import datetime, timedelta
from typing import Literal

from migration.approval import Approval
from migration.audit import ANSWER_REFUSED, LONGEST_AUDIT, AuditEntry
from migration.gallery import RegionReplication
from migration.occasion import Occasion
from migration.outcome import Outcome, Phase
from migration.plan import Plan
from migration.problems import Problem
from migration.record import Record
from migration.request import MigrationRequest
from migration.settings import Settings


class Patience(Record):
    """How long an orchestration waits, taken from the settings when it starts."""

    poll_interval: timedelta
    poll_interval_max: timedelta
    replication: timedelta
    reminder: timedelta
    escalation: timedelta
    expiry: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Patience":
        return cls(
            poll_interval=settings.poll_interval,
            poll_interval_max=settings.poll_interval_max,
            replication=settings.replication_patience,
            reminder=settings.approval_reminder,
            escalation=settings.approval_escalation,
            expiry=settings.approval_expiry,
        )


class MigrationStart(Record):
    """The input of a migration. `asked_by` is "tag" or "request"; `problems` are those of tags that made no sense.

    `fingerprint` is that of the source's tags when it started, `source_content` that of its disks: the same tags on the
    same image do not start it again. `requester_ids` are the object id and user name of who asked, as far as they are
    known.
    """

    id: str
    source_image_id: str
    request: MigrationRequest | None
    problems: list[Problem] = []
    asked_by: Literal["tag", "request"]
    requested_by: str
    requester_ids: list[str] = []
    fingerprint: str
    source_content: str = ""
    patience: Patience


MOST_NOTES = 100


class OwedNotice(Record):
    """A notification still to be sent: when, which attempt it is, and to which addresses (None: to all)."""

    occasion: Occasion
    due_at: datetime
    attempt: int = 0
    to: list[int] | None = None


class MigrationState(Record):
    """Everything a migration knows: the orchestrator's input, so each execution goes on where the last ended, and its
    output. `round` counts how often approval was asked for anew; links of an earlier round are void.
    """

    start: MigrationStart
    phase: Phase = Phase.PLANNING
    created_at: datetime | None = None
    plan: Plan | None = None
    image_version_id: str | None = None
    operation_url: str | None = None
    replication_since: datetime | None = None
    regions: list[RegionReplication] = []
    verified_at: datetime | None = None
    round: int = 1
    asked_at: datetime | None = None
    reminded: int = 0
    escalated: bool = False
    owed: OwedNotice | None = None
    approval: Approval | None = None
    decided_at: datetime | None = None
    notes: list[str] = []
    audit: list[AuditEntry] = []
    outcome: Outcome | None = None

    def noted(self, *notes: str) -> "MigrationState":
        """Return the state with more notes; a flood of them drops the oldest."""
        return self.model_copy(update={"notes": [*self.notes, *notes][-MOST_NOTES:]})

    def audited(self, entry: AuditEntry) -> "MigrationState":
        """Return the state with one more entry; a flood of refused answers drops the oldest refusals, nothing else."""
        audit = [*self.audit, entry]
        if len(audit) > LONGEST_AUDIT:
            oldest = next((index for index, one in enumerate(audit) if one.event == ANSWER_REFUSED), 0)
            audit.pop(oldest)
        return self.model_copy(update={"audit": audit})

    @property
    def expires_at(self) -> datetime | None:
        """When an unanswered question lapses; None while nothing has been asked."""
        return self.asked_at + self.start.patience.expiry if self.asked_at else None

    @property
    def planned(self) -> Plan:
        """The plan, in every phase after planning."""
        if self.plan is None:
            raise ValueError("the migration has no plan yet")
        return self.plan

    @property
    def version_id(self) -> str:
        """The image version's id, in every phase after its creation."""
        if self.image_version_id is None:
            raise ValueError("the migration has no image version yet")
        return self.image_version_id


WAITING_FOR = {Phase.REPLICATING: "replication", Phase.AWAITING_APPROVAL: "approval"}
LONGEST_NOTE_LIST = 5  # the custom status has room for 16 KB


class Status(Record):
    """The custom status: what the API and the pages show without reading the history."""

    source_image_id: str
    image_version_id: str | None
    phase: Phase
    outcome: Outcome | None
    regions: list[RegionReplication]
    waiting_for: str | None
    requested_by: str
    created_at: datetime | None
    approval: Approval | None
    decided_at: datetime | None = None
    expires_at: datetime | None
    notes: list[str]

    @classmethod
    def of(cls, state: MigrationState) -> "Status":
        return cls(
            source_image_id=state.start.source_image_id,
            image_version_id=state.image_version_id,
            phase=state.phase,
            outcome=state.outcome,
            regions=state.regions,
            waiting_for=WAITING_FOR.get(state.phase),
            requested_by=state.start.requested_by,
            created_at=state.created_at,
            approval=state.approval.public() if state.approval else None,
            decided_at=state.decided_at,
            expires_at=state.expires_at,
            notes=state.notes[-LONGEST_NOTE_LIST:],
        )
