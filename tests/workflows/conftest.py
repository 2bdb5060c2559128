"""A theatre for the orchestrator: the real engine on virtual time, with activities that answer what a test says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from migration.course.state import Ending, MigrationState

from dev.host.stage import Stage, StageInstance
from migration import names
from migration.approval.approval import Approval
from migration.asking.request import DeleteSource, MigrationRequest
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart, signed_start
from migration.course.starting import Requester, start_by_request
from migration.plan.plan import Plan, PlanResult
from migration.resources.gallery import Gallery, ImageDefinition, RegionReplication
from migration.resources.image import ManagedImage
from migration.resources.replication import ReplicationReport
from migration.values.answer import Answer, Later, Refusal
from migration.values.image_version.regions import TargetRegion
from orchestrators import blueprint as _plain_payloads  # importing it installs the plain payload reader
from orchestrators.migrate_image import migrate_image
from tests.unit.samples import DEFAULTS
from tests.workflows.question import CALLBACK, QuestionOnStage, value

assert _plain_payloads

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
SOURCE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute/images/web"
GALLERY = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute/galleries/gallery"
VERSION = f"{GALLERY}/images/web/versions/1.0.0"
START = datetime(2026, 1, 1, tzinfo=UTC)

type Reply = Any
type Activity = Callable[[Any], Reply]


def later(seconds: float) -> dict[str, Any]:
    return Answer(later=Later(seconds=seconds, reason="Throttled")).dump()


def refusal(code: str, message: str = "no") -> dict[str, Any]:
    return Answer(refusal=Refusal(code=code, message=message)).dump()


def make_plan(**changes: Any) -> Plan:
    image = ManagedImage(
        id=SOURCE,
        name="web",
        location="eastus",
        os_type="Linux",
        os_state="Generalized",
        generation="V2",
        provisioning_state="Succeeded",
        content="c",
    )
    definition = ImageDefinition(
        id=f"{GALLERY}/images/web",
        name="web",
        location="eastus",
        os_type="Linux",
        os_state="Generalized",
        generation="V2",
        publisher="p",
        offer="o",
        sku="s",
    )
    regions = [
        TargetRegion(name=name, replica_count=1, storage_account_type="Standard_LRS") for name in ("eastus", "westus2")
    ]
    plan = Plan(
        source=image,
        gallery=Gallery(id=GALLERY, name="gallery", location="eastus"),
        create_gallery=False,
        definition=definition,
        create_definition=True,
        version="1.0.0",
        version_is_auto=True,
        adopt_version=False,
        target_regions=regions,
        end_of_life_date=None,
        exclude_from_latest=False,
        delete_source=DeleteSource.AFTER_APPROVAL,
        origins={},
    )
    return plan.model_copy(update=changes)


def report(progress: int) -> ReplicationReport:
    state = "Completed" if progress == 100 else "Replicating"
    regions = [
        RegionReplication(name="eastus", state="Completed", progress=100, replicas=1),
        RegionReplication(name="westus2", state=state, progress=progress, replicas=1),
    ]
    return ReplicationReport(regions=regions, complete=progress == 100)


class Play:
    """One migration on stage. `answers` maps an activity's name to what it answers, or to a function of its input.

    `question` is the record of its image, which the activities of question and delete share.
    """

    def __init__(self) -> None:
        self.question = QuestionOnStage(lambda: self.stage.now)
        self.answers: dict[str, Reply | Activity] = {
            names.PLAN_MIGRATION: value(PlanResult(plan=make_plan())),
            names.ENSURE_GALLERY: value(None),
            names.ENSURE_IMAGE_DEFINITION: value(None),
            names.CREATE_IMAGE_VERSION: Answer(
                value={"imageVersionId": VERSION, "operationUrl": "https://x/op"}
            ).dump(),
            names.CHECK_REPLICATION: value(report(100)),
            names.VERIFY_IMAGE_VERSION: value(None),
            names.SEND_NOTIFICATION: Answer(value={"sent": 1, "missed": []}).dump(),
            names.OPEN_QUESTION: self.question.open,
            names.LOOK_AT_QUESTION: self.question.look,
            names.PROMOTE_IMAGE_VERSION: Answer(value={"url": "https://x/update", "seconds": 60}).dump(),
            names.DELETE_SOURCE_IMAGE: self.question.delete,
            names.CONFIRM_DELETE: self.question.confirm,
            names.FOLLOW_OPERATION: Answer(value={"state": "Succeeded"}).dump(),
            names.RECORD_OUTCOME: Answer(value={"notes": []}).dump(),
            names.NOTE_PROGRESS: value(None),
            names.LOOK_FOR_NEWS: Answer(value={"start": None}).dump(),
        }
        self.stage = Stage(
            orchestrators={names.MIGRATE_IMAGE: migrate_image},
            activities={name: self._activity(name) for name in names.ACTIVITIES},
            now=START,
        )
        self.id = ""

    def notified(self, occasion: str) -> int:
        told = [call for name, call in self.stage.calls if name == names.SEND_NOTIFICATION]
        return sum(1 for notice in told if notice["occasion"] == occasion)

    def _activity(self, name: str) -> Activity:
        def activity(payload: Any) -> Reply:
            answer = self.answers[name]
            return answer(payload) if callable(answer) else answer

        return activity

    def start(self, settings: Settings | None = None, **changes: Any) -> "Play":
        """Start the migration; `changes` are of its state, as somebody with the system key would write it."""
        start = self.new_start(settings or DEFAULTS)
        return self.begin(MigrationState(start=start).model_copy(update=changes), start.id)

    def begin(self, state: MigrationState, instance_id: str) -> "Play":
        self.id = self.stage.start(names.MIGRATE_IMAGE, state.dump(), instance_id)
        self.stage.run()
        return self

    def new_start(self, settings: Settings, requester: str = "someone") -> MigrationStart:
        """A start of this moment, as the API would make it."""
        request = MigrationRequest(source_image_id=SOURCE)
        start = start_by_request(request, make_plan().source, Requester(requester), settings)
        return signed_start(start, f"run of {self.stage.now}", self.stage.now, settings)

    def until(self, phase: str, limit: timedelta = timedelta(days=1)) -> "Play":
        """Move time until the migration is in this phase."""
        end = self.stage.now + limit
        while self.status["phase"] != phase:
            assert self.stage.now < end, f"still {self.status['phase']} after {limit}: {self.instance}"
            self.stage.advance(timedelta(seconds=30))
        return self

    def approve(self, **changes: Any) -> "Play":
        """Decide as page and API do: it is written into the record, and an event says no more than: look."""
        fields = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "comment": "tested"}
        told = {"id": "decision", "via": "page", "verified": True}
        refusal = self.question.decide(Approval.model_validate(fields | told | changes))
        assert refusal is None, refusal
        return self.say("Approval", {"look": True})

    def answer(self, **changes: Any) -> "Play":
        """Decide by an event from outside, with the question's token."""
        fields = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "callback": CALLBACK}
        return self.say("Approval", fields | changes)

    def say(self, event: str, payload: Any = None) -> "Play":
        self.stage.raise_event(self.id, event, payload)
        self.stage.run()
        return self

    @property
    def instance(self) -> StageInstance:
        return self.stage.instance(self.id)

    @property
    def status(self) -> dict[str, Any]:
        return dict(self.instance.custom_status)

    @property
    def outcome(self) -> tuple[str, str]:
        return self.ended["kind"], self.ended["code"]

    @property
    def ended(self) -> dict[str, Any]:
        """The outcome in the orchestration's output."""
        output = self.instance.output
        assert output is not None, f"no outcome yet: {self.instance}"
        return dict(output["outcome"])

    @property
    def whole(self) -> MigrationState:
        """The whole state at the end: that of the last phase begun, and what that phase added."""
        last = MigrationState.model_validate(self.instance.input)
        return Ending.model_validate(self.instance.output).after(last)

    def called(self, name: str) -> int:
        return sum(1 for activity, _ in self.stage.calls if activity == name)


@pytest.fixture
def play() -> Play:
    return Play()
