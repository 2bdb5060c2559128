"""Fleets in the records of a test: images that ask, on their way or over, and an Azure in which they are as planned."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from migration.fleet.fleet import Fleet, FleetApproval, FleetTerms
from migration.fleet.member import Member, MemberStage
from migration.plan.plan import Plan
from migration.promise.evidence import Evidence
from migration.record.image_record import ImageRecord
from migration.record.notices import OwedNotice
from migration.record.run import Run
from migration.resources.copy_identity import CopyIdentity
from migration.values.ids import instance_id_for
from migration.values.occasion import Occasion
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.fleets.held import write_fleet
from records.index import note
from records.store import change
from tests.support.samples import (
    MADE_AT,
    PUBLISHED_AT,
    SOURCE,
    changed,
    make_copied,
    make_definition,
    make_ended,
    make_image,
    make_outcome,
    make_plan,
    make_question,
    make_record,
    make_request,
    make_run,
    make_start,
    make_version,
)

FLEET = f"fleet-{'0' * 31}1"
BEGUN_AT = datetime.now(UTC) - timedelta(hours=2)
ASKED_AT = datetime.now(UTC) - timedelta(hours=1)


def source_of(number: int) -> str:
    return f"{SOURCE}{number:03d}"


def id_of(number: int) -> str:
    return instance_id_for(source_of(number))


def make_fleet(size: int = 3, approval: FleetApproval = FleetApproval.FLEET, **changes: Any) -> Fleet:
    fleet = Fleet(
        id=FLEET,
        name="web servers",
        terms=FleetTerms(approval=approval),
        size=size,
        requested_by="Eve",
        requester_ids=["eve@example.com"],
        created_at=BEGUN_AT,
        at=BEGUN_AT,
    )
    return changed(fleet, changes)


def make_member(number: int, **changes: Any) -> Member:
    """An image of a fleet that was begun."""
    request = make_request(sourceImageId=source_of(number))
    member = Member(request=request, number=number, stage=MemberStage.STARTED, run=f"run {number}")
    return changed(member, changes)


def plan_of(number: int) -> Plan:
    name = source_of(number).rpartition("/")[2]
    definition = make_definition(id=f"{make_definition().id}{number:03d}", name=name)
    return make_plan(source=make_image(id=source_of(number), name=name), definition=definition)


def version_of(number: int) -> str:
    return f"{plan_of(number).definition.id}/versions/1.0.0"


def record_of(number: int, phase: Phase | None, fleet: str | None = FLEET, **question: Any) -> ImageRecord:
    """The record of an image of a fleet whose run has come to a phase, or (None) ended with its source deleted."""
    plan, version = plan_of(number), version_of(number)
    start = make_start(id=id_of(number), source_image_id=source_of(number), fleet=fleet, request=None)
    known: dict[str, Any] = {"id": f"run {number}", "start": start, "plan": plan, "image_version_id": version}
    if phase is None:
        outcome = make_outcome(OutcomeKind.MIGRATED, "Migrated")
        run = make_ended(outcome, **known | {"owed": [_owed(Occasion.DONE, ASKED_AT)], "ended_at": ASKED_AT})
    elif phase is Phase.AWAITING_APPROVAL:
        own = {"id": f"question-{number}", "callback": f"callback {number}"}
        asked = own | {"asked_at": ASKED_AT, "expires_at": ASKED_AT + timedelta(days=7)} | question
        copied = make_copied(image_version_id=version)
        made = make_question(copied=copied, **asked)
        owed = OwedNotice(occasion=Occasion.APPROVAL_NEEDED, due_at=made.asked_at, question=made.id)
        run = make_run(phase, **known | {"question": made, "owed": [owed]})
    else:
        run = make_run(phase, **known)
    fields = {"migration_id": id_of(number), "source_image_id": source_of(number), "updated_at": ASKED_AT}
    return make_record(run, **fields)


def _owed(occasion: Occasion, at: datetime) -> OwedNotice:
    return OwedNotice(occasion=occasion, due_at=at)


def failed_record(number: int) -> ImageRecord:
    outcome = Outcome(kind=OutcomeKind.FAILED, code="VersionFailed", reason="a region is full", step=Phase.REPLICATING)
    record = record_of(number, None)
    run: Run | None = record.run
    assert run is not None
    owed = [_owed(Occasion.FAILED, ASKED_AT)]
    return record.changed(run=run.changed(outcome=outcome, owed=owed))


async def put(record: ImageRecord) -> None:
    """Write a record and its row of the list."""
    written = await change(record.migration_id, lambda _: record)
    assert isinstance(written, ImageRecord)
    assert written.run is not None
    await note(written, written.run)


async def put_fleet(
    records: Sequence[ImageRecord], approval: FleetApproval = FleetApproval.FLEET, **changes: Any
) -> Fleet:
    """Write a fleet of images with these records, all of one wave unless `changes` of the fleet say otherwise."""
    fleet = make_fleet(len(records), approval, **changes)
    for record in records:
        await put(record)
    await write_fleet(fleet, [make_member(number) for number in range(1, len(records) + 1)])
    return fleet


async def asking_fleet(size: int = 3, approval: FleetApproval = FleetApproval.FLEET) -> Fleet:
    """A fleet all of whose images ask."""
    numbers = range(1, size + 1)
    return await put_fleet([record_of(number, Phase.AWAITING_APPROVAL) for number in numbers], approval)


class AzureOfFleets:
    """What is read of each image's promise: all is as it was planned, but for what a test has `changed` of some.

    `read` are the ids of the images that were read, one for each reading.
    """

    def __init__(self) -> None:
        self.changed: dict[str, dict[str, Any]] = {}
        self.read: list[str] = []

    async def gather(self, plan: Plan, copied: CopyIdentity, *_: Any, **__: Any) -> Evidence:
        self.read.append(plan.source.id)
        version = make_version(
            id=copied.image_version_id, source_id=plan.source.id, published_at=PUBLISHED_AT, exclude_from_latest=True
        )
        parts: dict[str, Any] = {
            "image": make_image(id=plan.source.id, name=plan.source.name, created_at=MADE_AT),
            "version": version,
            "consumers": [],
            "machines": [],
            "locks": [],
            "mentions": [],
            "older": None,
        }
        return Evidence(read_at=datetime.now(UTC)).having(**parts | self.changed.get(plan.source.id, {}))
