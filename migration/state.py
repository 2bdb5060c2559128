"""What an orchestration starts with, carries from one execution to the next, and shows as its custom status."""

from datetime import datetime, timedelta
from typing import Literal

from migration.approval import Approval
from migration.gallery import RegionReplication
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
    expiry: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Patience":
        return cls(
            poll_interval=settings.poll_interval,
            poll_interval_max=settings.poll_interval_max,
            replication=settings.replication_patience,
            reminder=settings.approval_reminder,
            expiry=settings.approval_expiry,
        )


class MigrationStart(Record):
    """The input of a migration. `asked_by` is "tag" or "request"; `problems` are those of tags that made no sense.

    `fingerprint` is that of the source's tags when it started: the same tags do not start it again.
    """

    id: str
    source_image_id: str
    request: MigrationRequest | None
    problems: list[Problem] = []
    asked_by: Literal["tag", "request"]
    requested_by: str
    fingerprint: str
    patience: Patience


class MigrationState(Record):
    """Everything a migration knows. It is the orchestrator's input, so each execution goes on where the last ended."""

    start: MigrationStart
    phase: Phase = Phase.PLANNING
    created_at: datetime | None = None
    plan: Plan | None = None
    image_version_id: str | None = None
    operation_url: str | None = None
    replication_since: datetime | None = None
    regions: list[RegionReplication] = []
    asked_at: datetime | None = None
    reminded: int = 0
    approval: Approval | None = None
    decided_at: datetime | None = None
    notes: list[str] = []
    outcome: Outcome | None = None

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
            approval=state.approval,
            expires_at=state.asked_at + state.start.patience.expiry if state.asked_at else None,
            notes=state.notes[-LONGEST_NOTE_LIST:],
        )
