"""One run of the migration of an image: what it began with, how far it is, and how it ended.

All that is told of a run stands here or in Azure. `stage` says whether it may live, `phase` where it is.
"""

from datetime import datetime
from enum import StrEnum

from migration.approval.soak import Soak
from migration.asking.start import MigrationStart
from migration.plan.plan import Plan
from migration.record.audit import ANSWER_REFUSED, LONGEST_AUDIT, AuditEntry
from migration.record.notices import MOST_OWED, Link, OwedNotice
from migration.record.question import MAY_BE_SENT, Decided, Question
from migration.resources.copy_identity import CopyIdentity
from migration.resources.gallery import RegionReplication
from migration.values.answer import Refusal
from migration.values.occasion import ASKS, Occasion
from migration.values.outcome import Outcome, Phase
from migration.values.value import FORMAT, OLDEST_READER, SOAK_READER, Moment, Stored

FIRST_KEPT = 3  # who asked for it, what was planned, what was made
MOST_NOTES = 100
MOST_REQUESTERS = 50
ASKED_TOO_OFTEN = Refusal(
    code="AskedTooOften", message="too many people have asked again for four eyes to tell them apart: start it anew"
)


class RunStage(StrEnum):
    """Whether a run may live. `ending` has its outcome, which is still to be written on the resources."""

    ADMITTED = "admitted"
    BEGUN = "begun"
    ENDING = "ending"
    ENDED = "ended"


class RunMove(StrEnum):
    """What may happen to a run as a whole."""

    BEGIN = "begin"
    END = "end"
    FINISH = "finish"
    CLOSE = "close"


# Every other move from every other stage is refused. A run is admitted where there is none, or the last has ended.
RUN_MOVES = {
    (RunMove.BEGIN, RunStage.ADMITTED): RunStage.BEGUN,
    (RunMove.BEGIN, RunStage.BEGUN): RunStage.BEGUN,
    (RunMove.END, RunStage.ADMITTED): RunStage.ENDING,
    (RunMove.END, RunStage.BEGUN): RunStage.ENDING,
    (RunMove.FINISH, RunStage.ENDING): RunStage.ENDED,
    (RunMove.CLOSE, RunStage.ADMITTED): RunStage.ENDED,
    (RunMove.CLOSE, RunStage.BEGUN): RunStage.ENDED,
}

# Where a run that lives may go from each phase.
PHASE_MOVES = {
    Phase.PLANNING: {Phase.PREPARING},
    Phase.PREPARING: {Phase.CREATING},
    Phase.CREATING: {Phase.REPLICATING},
    Phase.REPLICATING: {Phase.VERIFYING, Phase.CREATING},  # anew, where its storage was refused
    Phase.VERIFYING: {Phase.AWAITING_APPROVAL, Phase.PROMOTING},  # where the source stays, nobody is asked
    Phase.AWAITING_APPROVAL: {Phase.PROMOTING, Phase.VERIFYING},
    Phase.PROMOTING: {Phase.DELETING_SOURCE, Phase.SOAKING},
    Phase.SOAKING: {Phase.VERIFYING},
    Phase.DELETING_SOURCE: set(),
    Phase.DONE: set(),
}


class Person(Stored):
    """Somebody who asked, as they are shown, and the ids by which they can be told from others."""

    name: str
    ids: list[str] = []


def with_requester(known: list[Person], who: Person) -> list[Person] | None:
    """Return all who ever asked, the latest last, each once; None where they are too many to be told apart for good."""
    others = [one for one in known if set(one.ids) != set(who.ids) or one.name != who.name]
    return [*others, who] if len(others) < MOST_REQUESTERS else None


class Obstacle(Stored):
    """A cause for which a step cannot be done for now: since when, and when that was last noted."""

    code: str
    message: str
    since: Moment
    noted_at: Moment | None = None
    step: str = ""


class Queued(Stored):
    """A run waits for a place among the versions that are being made, as it last saw: since when, and how far in front.

    `waiting` counts who waits, it included, and `making` who is being made. Position 0: that could not be read.
    """

    since: Moment
    position: int = 0
    waiting: int = 0
    making: int = 0


class Run(Stored):
    """A run. `number` counts the runs of an image, `before` is the one whose question this one asks again.

    `requesters` are all who ever asked in that chain. `missing_since` is when the task hub was first seen without it.
    `copied` is its version as first seen; `stays_excluded` is why its promotion left it out of `latest` for its age,
    `excluded` are versions of others that it took out, `excluding` one that it is about to take out. `obstacles` are
    what its step waits for beside what it is there to wait for, `owed_before` what the runs before still owed. `soak`
    is that of its accepted version. `queued` is how it waits for a place, while it does.
    Of a `forgotten` one the record keeps only a line.
    """

    format: int = FORMAT
    id: str
    number: int
    before: str | None = None
    start: MigrationStart
    requesters: list[Person]
    stage: RunStage = RunStage.ADMITTED
    phase: Phase = Phase.PLANNING
    admitted_at: Moment
    ended_at: Moment | None = None
    missing_since: Moment | None = None
    obstacles: list[Obstacle] = []
    queued: Queued | None = None
    plan: Plan | None = None
    image_version_id: str | None = None
    copied: CopyIdentity | None = None
    operation_url: str | None = None
    replication_since: Moment | None = None
    regions: list[RegionReplication] = []
    promoted: bool = False
    stays_excluded: str | None = None
    excluded: list[str] = []
    excluding: str | None = None
    question: Question | None = None
    soak: Soak | None = None
    decisions: list[Decided] = []
    links: list[Link] = []
    owed: list[OwedNotice] = []
    owed_before: list[OwedNotice] = []
    notes: list[str] = []
    audit: list[AuditEntry] = []
    outcome: Outcome | None = None
    forgotten: bool = False

    @property
    def is_live(self) -> bool:
        """Tell whether its outcome is still to come."""
        return self.outcome is None

    @property
    def decided(self) -> Decided | None:
        """The decision that counted, of the question it asks."""
        return self.question.decided if self.question else None

    @property
    def delete_may_be_sent(self) -> bool:
        """Tell whether a delete is on its way, or may be."""
        return self.question is not None and self.question.stage in MAY_BE_SENT

    @property
    def planned(self) -> Plan:
        """The plan, in every phase after planning."""
        if self.plan is None:
            raise ValueError("the migration has no plan yet")
        return self.plan

    @property
    def needs_reader(self) -> int:
        """The number of the reader that overlooks nothing of it: one that knows no soak would ask without it."""
        wished = self.start.request.soak if self.start.request else None
        return SOAK_READER if wished or self.soak or (self.plan and self.plan.soak) else OLDEST_READER

    @property
    def source_content(self) -> str:
        """What its source held, by which another image of that name is told from it; empty where nobody knows."""
        return self.plan.source.content if self.plan else self.start.source_content

    @property
    def version_id(self) -> str:
        """The image version's id, in every phase after its creation."""
        if self.image_version_id is None:
            raise ValueError("the migration has no image version yet")
        return self.image_version_id

    def as_a_line(self) -> "Run":
        """Return what is left of an old run: what it was, and how it ended."""
        start = self.start.changed(request=None, problems=[])
        return self.changed(
            start=start,
            plan=None,
            question=None,
            promoted=self.promoted or self.soak is not None,
            soak=None,
            regions=[],
            notes=[],
            audit=[],
            links=[],
            decisions=[],
            owed=[],
        )

    def noted(self, *notes: str) -> "Run":
        """Return the run with more notes; a flood of them drops the oldest."""
        return self.changed(notes=[*self.notes, *notes][-MOST_NOTES:]) if notes else self

    def audited(self, entry: AuditEntry) -> "Run":
        """Return the run with one more entry; a flood drops the oldest refusals, else the oldest after the first."""
        audit = [*self.audit, entry]
        if len(audit) > LONGEST_AUDIT:
            oldest = next((index for index, one in enumerate(audit) if one.event == ANSWER_REFUSED), FIRST_KEPT)
            audit.pop(oldest)
        return self.changed(audit=audit)

    def owes(self, occasion: Occasion, at: datetime) -> "Run":
        """Return the run with a notification to send."""
        asks = self.question.id if occasion in ASKS and self.question else None
        owed = [*self.owed, OwedNotice(occasion=occasion, due_at=at, question=asks)]
        return self.changed(owed=owed[-MOST_OWED:])

    @property
    def all_owed(self) -> list[OwedNotice]:
        return [*self.owed_before, *self.owed]
