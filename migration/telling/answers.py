"""The shapes of what the HTTP API answers about migrations: made by these, and described by them (OpenAPI)."""

from datetime import datetime
from typing import Any

from pydantic import Field, computed_field

from migration.approval.approval import Approval, Decision
from migration.plan.plan import Plan
from migration.promise.shown import JudgedRegion, KindShown, SinceSoak, UsersOfKind
from migration.record.audit import AuditEntry
from migration.record.run import Queued
from migration.resources.gallery import RegionReplication
from migration.resources.lock import Lock
from migration.telling.status import Cause
from migration.values.outcome import Outcome, Phase
from migration.values.problems import Problem
from migration.values.value import Value


class FieldProblem(Problem):
    """A field that is not valid, and what to do about it."""

    next_action: str


class ProblemShown(Value):
    """An error (RFC 9457). `errors` names every field that is not valid; `code` is stable: see docs/operations.md."""

    type: str
    title: str
    status: int
    detail: str
    code: str | None = None
    next_action: str | None = None
    errors: list[FieldProblem] = []


class Links(Value):
    """Our own links of a migration."""

    own: str = Field(alias="self")
    approval: str
    cancel: str
    audit: str
    checks: str
    users: str
    ask_again: str


class Accepted(Value):
    """What was taken up, and of which run it is. `notes` are what to know of a start beforehand."""

    id: str
    run: str
    links: Links
    notes: list[str] = []


class DecisionCounted(Accepted):
    """As what a decision counts: that may be less than was asked for, and `note` says so then."""

    decision: Decision
    note: str | None = Field(None, exclude_if=lambda note: note is None)


class MigrationShown(Value):
    """A migration, by its latest run. `ofEarlierImage` tells that the source's name is another image's by now.

    `stopped` tells that it was ended from outside; `allows` are the decisions that its open question takes,
    `queued` is how far it is from a place among the versions being made, as it last saw, while it waits for one;
    `soakUntil` is when, in a soak, the delete is asked about at the earliest.
    """

    id: str
    run: str
    before: str | None
    source_image_id: str
    of_earlier_image: bool | None
    image_version_id: str | None
    phase: Phase
    outcome: Outcome | None
    stopped: bool
    regions: list[RegionReplication]
    regions_left_out: int
    waiting_for: str | None
    cause: Cause | None
    queued: Queued | None
    next_action: str | None
    next_action_by: str | None
    requested_by: str
    allows: list[Decision]
    approval: Approval | None
    decided_at: datetime | None
    expires_at: datetime | None
    soak_until: datetime | None
    notes: list[str]
    created_at: datetime
    updated_at: datetime
    links: Links


class MigrationInFull(MigrationShown):
    """A migration with its plan and, while it is asked, the token by which an event from outside counts."""

    plan: Plan | None
    callback: str | None


class MigrationPage(Value):
    """A page of the list. `next` is `nextLink` as an earlier release called it."""

    migrations: list[MigrationShown]
    next_link: str | None
    next: str | None
    unreadable: int


class PlanShown(Plan):
    """A plan, with the id of the image version that would be made."""

    @computed_field  # type: ignore[prop-decorator]  # pydantic can, mypy cannot
    @property
    def image_version_id(self) -> str:
        return super().image_version_id


class DecisionTold(Approval):
    """A decision that counted, and when."""

    at: datetime


class RunTold(Value):
    """What became of an earlier run."""

    run: str
    before: str | None
    created_at: datetime
    ended_at: datetime | None
    requested_by: str
    image_version_id: str | None
    outcome: Outcome | None
    decisions: list[DecisionTold]
    audit: list[AuditEntry]


class AuditShown(Value):
    """Who did what: of the latest run (`entries`), and of those before it. What the first format kept is as it was."""

    id: str
    run: str | None
    entries: list[AuditEntry]
    earlier: list[RunTold | dict[str, Any]]
    next_link: str | None
    next: str | None


class CheckShown(Value):
    """A check. `words` are what should hold, `text` what was found; one that does not block is only shown."""

    words: str
    met: bool
    blocks: bool
    text: str
    code: str | None


class Obstacle(Value):
    """What would keep the source, were it approved now."""

    code: str
    message: str


class Consequence(Value):
    """What approving would do as things stand, by ids: what goes, what becomes eligible as latest, what stays.

    `stays_excluded` is why the version does not become so for the age of its source.
    """

    deletes: str | None
    promotes: str | None
    stays_excluded: str | None = None
    keeps: list[str]


class ChecksShown(Value):
    """What the approval page shows to whoever decides. Of users and mentions of each kind only the first are named.

    `kinds` are all that are looked for, with what came of it.
    `sinceSoak` is what has happened since the soak before this question began, where there was one.
    """

    id: str
    run: str
    image_version_id: str
    source_image_id: str
    checks: list[CheckShown]
    not_looked_for: str
    obstacle: Obstacle | None
    consequence: Consequence
    users: list[UsersOfKind]
    mentions: list[UsersOfKind]
    kinds: list[KindShown]
    locks: list[Lock]
    regions: list[JudgedRegion]
    losses: list[str]
    remarks: list[str]
    guards: list[str]
    since_soak: SinceSoak | None
    allows: list[Decision]
    asked_at: datetime
    expires_at: datetime
    requested_by: str
    read_at: datetime
    links: Links
