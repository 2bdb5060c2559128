"""What the API, the list and the pages tell of a run: all of it from the record, nothing from the task hub."""

from migration.approval.approval import Approval, Decision
from migration.record.image_record import ImageRecord
from migration.record.question import Stage
from migration.record.run import Queued, Run, RunStage
from migration.resources.gallery import RegionReplication
from migration.resources.image import ManagedImage, seen_as
from migration.values.answer import SETTINGS
from migration.values.outcome import Outcome, OutcomeKind, Phase, SourceSeen
from migration.values.shortening import LONGEST_NAME, LONGEST_NOTE, short
from migration.values.value import Moment, Stored

LONGEST_ROW = 7_500  # characters of JSON that a row of the list may have
MOST_NOTES_SHOWN = 5
MOST_LEFT_BEHIND = 3
MOST_PROBLEMS_SHOWN = 3
STOPPED = (
    "stopped from outside: the task hub has no live orchestration of it; within some minutes it is closed, or goes on"
)
WAITING_FOR = {Phase.REPLICATING: "replication", Phase.AWAITING_APPROVAL: "approval", Phase.SOAKING: "soak"}


class Cause(Stored):
    """What a run waits for beside what it is there to wait for: since when, and until when it will."""

    code: str
    message: str
    since: Moment
    until: Moment


class Status(Stored):
    """How a run stands. `soak_until` is when it is looked at next, in a soak, whether the delete may be asked about.

    `regions_left_out` counts regions for which a row of the list has no room; `over` tells that all of its end is
    written down, and that another run may begin."""

    run: str
    before: str | None = None
    source_image_id: str
    source_content: str | None = None
    image_version_id: str | None
    phase: Phase
    outcome: Outcome | None
    regions: list[RegionReplication]
    regions_left_out: int = 0
    waiting_for: str | None
    cause: Cause | None = None
    queued: Queued | None = None
    requested_by: str
    fleet: str | None = None
    created_at: Moment
    updated_at: Moment
    asked_at: Moment | None = None
    allows: list[Decision] = []
    approval: Approval | None
    decided_at: Moment | None = None
    expires_at: Moment | None
    soak_until: Moment | None = None
    notes: list[str]
    begun: bool = True
    stopped: bool = False
    over: bool = True

    @classmethod
    def of(cls, record: ImageRecord, run: Run) -> "Status":
        question = run.question
        is_open = question is not None and question.stage is Stage.OPEN
        decided = run.decided
        return cls(
            run=run.id,
            before=run.before,
            source_image_id=record.source_image_id,
            source_content=run.source_content or None,
            image_version_id=run.image_version_id,
            phase=run.phase,
            outcome=run.outcome,
            regions=run.regions,
            waiting_for=_waiting_for(run, is_open=is_open),
            cause=_cause(run),
            queued=run.queued if run.is_live else None,
            requested_by=run.requesters[-1].name,
            fleet=run.start.fleet,
            created_at=run.admitted_at,
            updated_at=record.updated_at,
            asked_at=question.asked_at if question else None,
            allows=question.allows if question and is_open else [],
            approval=told_decision(decided.approval) if decided else None,
            decided_at=decided.at if decided else None,
            expires_at=question.expires_at if question and run.phase is not Phase.SOAKING else None,
            soak_until=run.soak.next_look_at if run.soak and run.phase is Phase.SOAKING else None,
            notes=run.notes,
            begun=run.stage is not RunStage.ADMITTED,
            over=run.stage is RunStage.ENDED,
        )

    def is_of(self, image: ManagedImage) -> bool:
        """Tell whether this is of the image that bears the name of its source now, as far as that can be told."""
        return is_still(image, self.outcome, self.source_content)

    def as_stopped(self) -> "Status":
        """Return the status of a run of which the task hub knows nothing: it has no outcome before it is closed."""
        as_it_was = self.changed(waiting_for=None, cause=None, queued=None, allows=[])
        return as_it_was.changed(stopped=True, notes=[*self.notes, STOPPED])

    def shortened(self) -> "Status":
        """Return the status as a row has room for it: texts are cut, then regions that are complete, then others."""
        outcome = self.outcome
        texts = self.changed(
            requested_by=short(self.requested_by, LONGEST_NAME),
            notes=[short(note, LONGEST_NOTE) for note in self.notes[-MOST_NOTES_SHOWN:]],
            approval=_short_approval(self.approval) if self.approval else None,
            outcome=outcome.changed(
                reason=short(outcome.reason),
                code=short(outcome.code, LONGEST_NAME),
                left_behind=outcome.left_behind[:MOST_LEFT_BEHIND],
                problems=outcome.problems[:MOST_PROBLEMS_SHOWN],
            )
            if outcome
            else None,
            regions=[_short_region(region) for region in self.regions],
        )
        return _fitting(texts)


def _waiting_for(run: Run, *, is_open: bool) -> str | None:
    if run.phase in WAITING_FOR and (is_open or run.phase is not Phase.AWAITING_APPROVAL):
        return WAITING_FOR[run.phase]
    if run.obstacles:
        return "settings" if run.obstacles[-1].code == SETTINGS else "azure"
    return "place" if run.queued is not None and run.is_live else None


def _cause(run: Run) -> Cause | None:
    """Return what a run waits for that was seen last; in a soak, what postpones the question after it."""
    if run.phase is Phase.SOAKING and run.soak is not None and (why := run.soak.postponed) is not None:
        return Cause(code=why.code, message=why.message, since=why.since, until=run.soak.limit)
    if not run.obstacles:
        return None
    latest = run.obstacles[-1]
    until = latest.since + run.start.patience.obstacle
    return Cause(code=latest.code, message=latest.message, since=latest.since, until=until)


def is_still(image: ManagedImage, outcome: Outcome | None, content: str | None) -> bool:
    """Tell whether an image bears its name still since a run that ended so, or has not, and copied this content."""
    deleted = outcome is not None and outcome.kind is OutcomeKind.MIGRATED
    return not deleted and seen_as(image, content) is not SourceSeen.GONE


def told_decision(approval: Approval) -> Approval:
    """Return a decision as it is told: by which ids its giver is judged is nobody's business, and verified is who was
    signed in.
    """
    return approval.changed(identifiers=[], meaning="", verified=approval.verified and not approval.by_link)


def _short_approval(approval: Approval) -> Approval:
    return approval.changed(approver=short(approval.approver, LONGEST_NAME), comment=short(approval.comment), checks=[])


def _short_region(region: RegionReplication) -> RegionReplication:
    return region.changed(details=short(region.details, LONGEST_NOTE) if region.details else None)


def _fitting(status: Status) -> Status:
    """Return it with as many regions as there is room for, those still waited for first."""
    room = LONGEST_ROW - len(status.changed(regions=[]).model_dump_json())
    kept: set[str] = set()
    for region in sorted(status.regions, key=lambda one: one.is_complete):
        room -= len(region.model_dump_json()) + 2
        if room < 0:
            break
        kept.add(region.name)
    regions = [region for region in status.regions if region.name in kept]
    return status.changed(regions=regions, regions_left_out=len(status.regions) - len(regions))
