"""The activities as orchestrations and the app's functions know them: what each takes, and what it gives.

Whoever calls one and whoever registers it use the same object, so that neither can mistake what crosses between them.
The names live in stored histories: renaming one is a new orchestrator version, never an edit.
"""

from dataclasses import dataclass
from typing import Any, Self

from migration.approval.approval import ApprovalEvent
from migration.course.standing import Answer, Hint
from migration.values.value import Value


@dataclass(frozen=True)
class Activity[Takes: Value, Gives: Value]:
    """An activity by its name in stored histories."""

    name: str
    takes: type[Takes]
    gives: type[Gives]

    def read(self, given: Any) -> Gives:
        """Read what it gave; raises ValidationError for what it cannot have given."""
        return self.gives.model_validate(given)


class StepInput(Hint):
    """What every step takes: whose it is, as the orchestration believes, and under which instance it runs.

    `tries` counts how often it has just been asked to come later.
    """

    migration_id: str
    tries: int = 0

    @classmethod
    def by(cls, hint: Hint, migration_id: str) -> Self:
        """Return the input of a step that nothing more is said to than whose it is."""
        return cls(format=hint.format, run=hint.run, phase=hint.phase, migration_id=migration_id)

    def payload(self, tries: int) -> dict[str, Any]:
        """Return what crosses the durable boundary, after so many tries."""
        return self.changed(tries=tries).dump()


class LookInput(StepInput):
    """A look at the record; with an answer from outside that is to count if it may."""

    event: ApprovalEvent | None = None


class ConfirmInput(StepInput):
    """A look at the source; `unsent` is why the activity that sends the delete failed."""

    unsent: str | None = None


class CancelInput(StepInput):
    """Why, in somebody's words; or only to look, where the record knows of it already."""

    reason: str | None = None
    look: bool = False


class RecordInput(StepInput):
    """What was given up, where the resources could not be reached: then only the record is brought to its end."""

    unreachable: str | None = None


class Image(Value):
    """Of which image people are told, by the id of its migrations."""

    migration_id: str


class Delivered(Value):
    """In how many seconds something is due again; None where nothing is owed."""

    seconds: float | None = None


class FleetLook(Value):
    """Which fleet is looked at."""

    fleet: str


class FleetTold(Value):
    """In how many seconds a fleet is to be looked at again; None once nothing of it is left to be done."""

    seconds: float | None = None


PLAN_MIGRATION = Activity("plan_migration", StepInput, Answer)
ENSURE_GALLERY = Activity("ensure_gallery", StepInput, Answer)
ENSURE_IMAGE_DEFINITION = Activity("ensure_image_definition", StepInput, Answer)
CREATE_IMAGE_VERSION = Activity("create_image_version", StepInput, Answer)
CHECK_REPLICATION = Activity("check_replication", StepInput, Answer)
OPEN_QUESTION = Activity("open_question", StepInput, Answer)
LOOK_AT_QUESTION = Activity("look_at_question", LookInput, Answer)
PROMOTE_IMAGE_VERSION = Activity("promote_image_version", StepInput, Answer)
DELETE_SOURCE_IMAGE = Activity("delete_source_image", StepInput, Answer)
CONFIRM_DELETE = Activity("confirm_delete", ConfirmInput, Answer)
LOOK_AT_SOAK = Activity("look_at_soak", StepInput, Answer)
CANCEL_RUN = Activity("cancel_run", CancelInput, Answer)
RECORD_OUTCOME = Activity("record_outcome", RecordInput, Answer)
SEND_NOTIFICATIONS = Activity("send_notifications", StepInput, Answer)
LOOK_FOR_NEWS = Activity("look_for_news", StepInput, Answer)
DELIVER_NOTIFICATIONS = Activity("deliver_notifications", Image, Delivered)
ADVANCE_FLEET = Activity("advance_fleet", FleetLook, FleetTold)

ACTIVITIES: tuple[Activity[Any, Any], ...] = (
    PLAN_MIGRATION,
    ENSURE_GALLERY,
    ENSURE_IMAGE_DEFINITION,
    CREATE_IMAGE_VERSION,
    CHECK_REPLICATION,
    OPEN_QUESTION,
    LOOK_AT_QUESTION,
    PROMOTE_IMAGE_VERSION,
    DELETE_SOURCE_IMAGE,
    CONFIRM_DELETE,
    LOOK_AT_SOAK,
    CANCEL_RUN,
    RECORD_OUTCOME,
    SEND_NOTIFICATIONS,
    LOOK_FOR_NEWS,
    DELIVER_NOTIFICATIONS,
    ADVANCE_FLEET,
)
NAMES = tuple(activity.name for activity in ACTIVITIES)
