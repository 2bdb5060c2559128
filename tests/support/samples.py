"""Values the unit tests start from; each builder takes what a test wants different."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from migration.approval.approval import Approval, Decision
from migration.asking.request import DeleteSource, MigrationRequest
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart
from migration.course.starting import Requester, start_by_request
from migration.plan.plan import Findings, Plan
from migration.record.image_record import ImageRecord, new_record
from migration.record.question import Question
from migration.record.run import Person, Run, RunStage
from migration.resources.copy_identity import CopyIdentity
from migration.resources.gallery import Gallery, ImageDefinition, ImageVersion, RegionReplication
from migration.resources.image import ManagedImage
from migration.resources.states import ProvisioningState, ReplicationState
from migration.values.ids import instance_id_for
from migration.values.image_version.regions import TargetRegion
from migration.values.outcome import Outcome, OutcomeKind, Phase
from migration.values.record import Record

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute"
SOURCE = f"{COMPUTE}/images/web"
GALLERY = f"{COMPUTE}/galleries/gallery"
DEFINITION = f"{GALLERY}/images/web"
VERSION = f"{DEFINITION}/versions/1.0.0"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MIGRATION = "migrate-web-0123456789"
OWN_ID = instance_id_for(SOURCE)
MADE_AT, PUBLISHED_AT = NOW - timedelta(days=30), NOW - timedelta(hours=1)
DEFAULTS = Settings.model_construct()  # those of an app that was told none, whatever this environment says


def changed[Value: Record](value: Value, changes: Mapping[str, Any]) -> Value:
    """The value with these fields, whose names and types are checked as it is made and not before."""
    unknown: Any = value
    return unknown.changed(**changes)


def make_image(**changes: Any) -> ManagedImage:
    image = ManagedImage(
        id=SOURCE,
        name="web",
        location="eastus",
        os_type="Linux",
        os_state="Generalized",
        generation="V2",
        provisioning_state=ProvisioningState.SUCCEEDED,
        content="first",
        created_at=MADE_AT,
    )
    return changed(image, changes)


def make_gallery(**changes: Any) -> Gallery:
    return changed(Gallery(id=GALLERY, name="gallery", location="westeurope"), changes)


def make_definition(**changes: Any) -> ImageDefinition:
    definition = ImageDefinition(
        id=DEFINITION,
        name="web",
        location="westeurope",
        os_type="Linux",
        os_state="Generalized",
        generation="V2",
        publisher="managed-images",
        offer="images",
        sku="web",
    )
    return changed(definition, changes)


def targets(*names: str, replicas: int = 1) -> list[TargetRegion]:
    return [TargetRegion(name=name, replica_count=replicas, storage_account_type="Standard_LRS") for name in names]


def replica(name: str, state: str, **fields: Any) -> RegionReplication:
    """A region of a version as Azure says it: the state is a word, which may be none that we know."""
    return RegionReplication(name=name, state=ReplicationState(state), **fields)


def done(*names: str) -> list[RegionReplication]:
    return [RegionReplication(name=name, state=ReplicationState.COMPLETED, progress=100) for name in names]


def make_version(name: str = "1.0.0", **changes: Any) -> ImageVersion:
    """A finished version of the sample image in eastus and westus2."""
    version = ImageVersion(
        id=f"{DEFINITION}/versions/{name}",
        name=name,
        location="eastus",
        provisioning_state=ProvisioningState.SUCCEEDED,
        source_id=SOURCE,
        target_regions=targets("eastus", "westus2"),
        replication=done("eastus", "westus2"),
        published_at=PUBLISHED_AT,
    )
    return changed(version, changes)


def make_settings(**fields: Any) -> Settings:
    """Read settings as the environment gives them: words."""
    return Settings(**fields)


def make_request(**fields: Any) -> MigrationRequest:
    """Read a request from its JSON; `fields` are camelCase."""
    return MigrationRequest.parse({"sourceImageId": SOURCE, **fields})


def make_plan(**changes: Any) -> Plan:
    plan = Plan(
        source=make_image(),
        gallery=make_gallery(),
        create_gallery=False,
        definition=make_definition(),
        create_definition=True,
        version="1.0.0",
        version_is_auto=True,
        adopt_version=False,
        target_regions=targets("eastus", "westus2"),
        end_of_life_date=None,
        exclude_from_latest=False,
        delete_source=DeleteSource.AFTER_APPROVAL,
        origins={},
    )
    return changed(plan, changes)


def make_start(**changes: Any) -> MigrationStart:
    eve = Requester("Eve", ("eve@example.com",))
    return changed(start_by_request(make_request(), make_image(), eve, DEFAULTS), changes)


def make_copied(**changes: Any) -> CopyIdentity:
    return changed(CopyIdentity(image_version_id=VERSION, published_at=PUBLISHED_AT, source_content="first"), changes)


def make_question(**changes: Any) -> Question:
    question = Question(
        id="question 1",
        callback="token 1",
        copied=make_copied(),
        fingerprint=make_start().fingerprint,
        allows=list(Decision),
        asked_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )
    return changed(question, changes)


def make_approval(**changes: Any) -> Approval:
    fields = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "comment": "tested"}
    return Approval.model_validate(fields | {"id": "decision 1", "via": "page", "verified": True} | changes)


def make_person(name: str = "Eve", *ids: str) -> Person:
    return Person(name=name, ids=list(ids or (f"{name.lower()}@example.com",)))


_PHASES = list(Phase)


def make_run(phase: Phase = Phase.PLANNING, **changes: Any) -> Run:
    """A run that has come to a phase, with all that it knows by then."""
    came = _PHASES.index(phase)
    known: dict[str, Any] = {"plan": make_plan()} if came >= _PHASES.index(Phase.PREPARING) else {}
    known |= {"image_version_id": VERSION} if came >= _PHASES.index(Phase.REPLICATING) else {}
    known |= {"question": make_question()} if phase is Phase.AWAITING_APPROVAL else {}
    run = Run(
        id="run 1",
        number=1,
        start=make_start(),
        requesters=[make_person()],
        stage=RunStage.BEGUN,
        phase=phase,
        admitted_at=NOW,
        **known,
    )
    return changed(run, changes)


def make_outcome(kind: OutcomeKind = OutcomeKind.SOURCE_KEPT, code: str = "Rejected", **changes: Any) -> Outcome:
    return changed(Outcome(kind=kind, code=code, reason="because", step=Phase.AWAITING_APPROVAL), changes)


def make_ended(outcome: Outcome | None = None, **changes: Any) -> Run:
    """A run that is over, of which a version has stayed."""
    over = {"stage": RunStage.ENDED, "outcome": outcome or make_outcome(), "ended_at": NOW, "plan": make_plan()}
    return make_run(Phase.DONE, **over | {"image_version_id": VERSION} | changes)


def make_record(run: Run | None = None, **changes: Any) -> ImageRecord:
    return changed(new_record(SOURCE, NOW), {"run": run, **changes})


def codes(findings: Findings) -> list[str]:
    return [problem.code for problem in findings.problems]
