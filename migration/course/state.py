"""What an orchestration carries from one execution to the next, shows as its custom status, and returns at its end."""

from datetime import datetime
from typing import Any

from migration.approval.approval import Approval
from migration.asking.start import MigrationStart
from migration.course.audit import ANSWER_REFUSED, LONGEST_AUDIT, AuditEntry
from migration.course.shortening import (
    LONGEST_NAME,
    LONGEST_STATUS,
    MOST_ADDED_ENTRIES,
    length_of,
    short,
    short_approval,
    short_entry,
    short_notes,
    short_outcome,
    short_region,
)
from migration.plan.plan import Plan
from migration.resources.gallery import RegionReplication
from migration.values.occasion import Occasion
from migration.values.outcome import Outcome, Phase
from migration.values.record import Record

MOST_NOTES = 100


class OwedNotice(Record):
    """A notification still to be sent: when, which attempt it is, and to which addresses (None: to all)."""

    occasion: Occasion
    due_at: datetime
    attempt: int = 0
    to: list[int] | None = None


class MigrationState(Record):
    """Everything a migration knows: the orchestrator's input, so each execution goes on where the last ended.

    It tells people how things stand and what to do next. It allows nothing: whoever holds the system key can write it,
    so promoting and deleting ask the record (migration/approval/image_record.py). `round` counts how often was asked.
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
    expires_at: datetime | None = None
    reminded: int = 0
    escalated: bool = False
    unread: bool = False
    owed: OwedNotice | None = None
    approval: Approval | None = None
    decided_at: datetime | None = None
    promoted: bool = False
    deleting_since: datetime | None = None
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


class Status(Record):
    """The custom status: what the API and the pages show without reading the history.

    The engine fails an orchestration whose status takes more than 16 KB. What does not fit is cut: long texts, then
    regions that are complete, then others; `regions_left_out` counts them. The plan has them all.
    """

    source_image_id: str
    image_version_id: str | None
    phase: Phase
    outcome: Outcome | None
    regions: list[RegionReplication]
    regions_left_out: int = 0
    waiting_for: str | None
    requested_by: str
    created_at: datetime | None
    asked_at: datetime | None = None
    approval: Approval | None
    decided_at: datetime | None = None
    expires_at: datetime | None
    notes: list[str]

    @classmethod
    def of(cls, state: MigrationState) -> "Status":
        status = cls(
            source_image_id=state.start.source_image_id,
            image_version_id=state.image_version_id,
            phase=state.phase,
            outcome=short_outcome(state.outcome) if state.outcome else None,
            regions=[short_region(region) for region in state.regions],
            waiting_for=WAITING_FOR.get(state.phase),
            requested_by=short(state.start.requested_by, LONGEST_NAME),
            created_at=state.created_at,
            asked_at=state.asked_at,
            approval=short_approval(state.approval) if state.approval else None,
            decided_at=state.decided_at,
            expires_at=state.expires_at,
            notes=short_notes(state.notes),
        )
        return status.model_copy(update=_fitting(status))


def _fitting(status: Status) -> dict[str, Any]:
    """Return as many regions as there is room for, those still waited for first, and how many were left out."""
    room = LONGEST_STATUS - length_of(status.model_copy(update={"regions": []}))
    kept: set[str] = set()
    for region in sorted(status.regions, key=lambda one: one.state == "Completed"):
        room -= length_of(region) + 2
        if room < 0:
            break
        kept.add(region.name)
    regions = [region for region in status.regions if region.name in kept]
    return {"regions": regions, "regions_left_out": len(status.regions) - len(regions)}


class Ending(Record):
    """What an orchestration returns: a summary under 16 KB of what its last phase added; its input holds the rest."""

    outcome: Outcome | None = None
    image_version_id: str | None = None
    approval: Approval | None = None
    decided_at: datetime | None = None
    notes: list[str] = []
    audit: list[AuditEntry] = []

    @classmethod
    def of(cls, state: MigrationState, before: MigrationState) -> "Ending":
        added = [short_entry(entry) for entry in state.audit if entry not in before.audit]
        ending = cls(
            outcome=short_outcome(state.outcome) if state.outcome else None,
            image_version_id=state.image_version_id,
            approval=short_approval(state.approval) if state.approval else None,
            decided_at=state.decided_at,
            notes=short_notes(state.notes),
            audit=added[-MOST_ADDED_ENTRIES:],
        )
        while ending.audit and length_of(ending) > LONGEST_STATUS:
            ending = ending.model_copy(update={"audit": ending.audit[1:]})
        return ending

    def after(self, last: MigrationState) -> MigrationState:
        """Return the state at the end; `last` is that at the beginning of the last phase."""
        audit = [*last.audit, *(entry for entry in self.audit if entry not in last.audit)]
        known = {
            "phase": Phase.DONE,
            "outcome": self.outcome,
            "image_version_id": self.image_version_id or last.image_version_id,
            "approval": self.approval or last.approval,
            "decided_at": self.decided_at or last.decided_at,
            "notes": self.notes or last.notes,
            "audit": audit,
        }
        return last.model_copy(update=known)
