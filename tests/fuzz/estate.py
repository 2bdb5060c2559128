"""Migrations at several stages in the app's records, whose images and versions are in an emulated Azure; and what
there is of them, to be compared and put back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from migration.fleet.fleet import Fleet
from migration.fleet.member import Member
from migration.fleet.order import FleetOrder
from migration.record.image_record import ImageRecord
from migration.record.question import Stage
from migration.record.run import Run
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from records import index, runs, store
from records.fleets.held import write_fleet
from tests.support.app_here import AppHere, running_app
from tests.support.documents import GALLERY_ID
from tests.support.running.azure import Azure, running_azure
from tests.support.samples import (
    changed,
    make_approval,
    make_copied,
    make_definition,
    make_ended,
    make_gallery,
    make_image,
    make_plan,
    make_question,
    make_record,
    make_request,
    make_run,
    make_start,
)

TABLE = "imageMigrations"
FLEET = f"fleet-{'ab' * 16}"
PARTITIONS = ("image", "run", "list", "pause", "turn", "fleet", f"fleet~{FLEET}")
CALLBACK = "token 1"
OF_THE_WRITE = {"odata.etag", "Timestamp"}  # written again as it was, a row is the same to whoever reads it


class Estate:
    """An app with `asking`, `over` and `planning` migrations, whose record they are; `free` is an image without one.

    FLEET has the two last of these images.
    """

    def __init__(self, app: AppHere, azure: Azure) -> None:
        self.app, self.azure = app, azure
        self.free = azure.seed_image("free")
        self.asking = self._keep(Phase.AWAITING_APPROVAL)
        self.over = self._keep(None)
        self.planning = self._keep(Phase.PLANNING)
        self.app.do(write_fleet(*_fleet_of(self.planning.source_image_id, self.free)))
        self.kept = self.rows()

    def _keep(self, phase: Phase | None) -> ImageRecord:
        record = record_of(self.azure.seed_image("kept"), phase)
        self.app.do(self._write(record))
        if phase is not None:
            self.app.client.hub.live.add(record.migration_id)
        return record

    async def _write(self, record: ImageRecord) -> None:
        assert await store.change(record.migration_id, lambda _: record) is not None
        assert record.run is not None
        await index.note(record, record.run)
        if record.run.outcome is not None:
            await runs.keep(record, record.run)

    def rows(self) -> list[dict[str, Any]]:
        rows = [row for partition in PARTITIONS for row in self.azure.rows(partition)]
        return [{name: value for name, value in row.items() if name not in OF_THE_WRITE} for row in rows]

    def written(self) -> Any:
        """All that the app may have written: records, resources, and what it told the task hub to begin."""
        world = self.azure.control.state()
        return (
            self.rows(),
            world["writes"],
            world["resources"],
            [*self.app.client.hub.started, *self.app.client.hub.fleets],
        )

    def put_back(self) -> None:
        """Have the records again that there were; what came anew is taken away."""
        kept = {(row["PartitionKey"], row["RowKey"]) for row in self.kept}
        begun = {row["RowKey"] for row in self.azure.rows("fleet")} - {FLEET}
        for row in [*self.rows(), *(row for fleet in begun for row in self.azure.rows(f"fleet~{fleet}"))]:
            if (row["PartitionKey"], row["RowKey"]) not in kept:
                self.azure.forget_row(row["PartitionKey"], row["RowKey"])
        self.azure.put_rows(self.kept)
        hub = self.app.client.hub
        hub.live = {self.asking.migration_id, self.planning.migration_id}
        hub.started.clear()
        hub.fleets.clear()


def _fleet_of(*images: str) -> tuple[Fleet, list[Member]]:
    rows = [{"request": {"sourceImageId": image}} for image in images]
    order, now = FleetOrder.parse({"rows": rows}), datetime.now(UTC)
    fleet = Fleet(id=FLEET, terms=order.terms, size=len(rows), requested_by="Ada", created_at=now, by="Ada", at=now)
    return fleet, order.members


def record_of(image_id: str, phase: Phase | None, **changes: Any) -> ImageRecord:
    """The record of an image whose run has come to a phase, None: that is over; with these fields of the run."""
    run = _run_of(image_id, phase)
    return make_record(changed(run, changes), migration_id=instance_id_for(image_id), source_image_id=image_id)


def _run_of(image_id: str, phase: Phase | None) -> Run:
    now, name = datetime.now(UTC), image_id.rpartition("/")[2]
    definition = make_definition(id=f"{GALLERY_ID}/images/{name}", name=name)
    plan = make_plan(
        source=make_image(id=image_id, name=name), gallery=make_gallery(id=GALLERY_ID), definition=definition
    )
    version_id = f"{definition.id}/versions/1.0.0"
    question = make_question(
        callback=CALLBACK,
        copied=make_copied(image_version_id=version_id),
        asked_at=now - timedelta(hours=1),
        expires_at=now + timedelta(days=7),
    )
    known: dict[str, Any] = {"plan": plan, "image_version_id": version_id}
    start = make_start(source_image_id=image_id, request=make_request(sourceImageId=image_id))
    if phase is None:
        return make_ended(**known, question=question.changed(stage=Stage.REJECTED), ended_at=now, start=start)
    run = make_run(phase, start=start)
    if phase is Phase.PLANNING:
        return run
    return changed(run, known | {"question": question})


def approval_of(record: ImageRecord) -> Any:
    assert record.run is not None
    return make_approval(imageVersionId=record.run.image_version_id)


@contextmanager
def an_estate(**told: str) -> Iterator[Estate]:
    with running_azure() as azure, running_app(azure, **told) as app:
        azure.control.set_speed(0)
        yield Estate(app, azure)
