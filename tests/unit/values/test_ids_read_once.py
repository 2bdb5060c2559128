"""An id is read once on the ways of a tag, a question, an approval and a delete, whoever needs its parts."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from durabletask.client import OrchestrationStatus

from activities.confirm_delete import confirm_delete
from activities.delete_source_image import delete_source_image
from activities.open_question import open_question
from migration.approval.admission import Decider
from migration.approval.approval import Approval, ApprovalEvent, Decision
from migration.approval.verdict import Reference, Sent
from migration.names import APPROVAL_EVENT, MIGRATE_IMAGE
from migration.values import ids
from migration.values.ids import ResourceId
from records.store import hold
from tests.unit.azure_samples import GALLERY, SOURCE, VERSION, approve, built
from triggers.events.image_tagged import on_event
from triggers.steering import beginning
from triggers.steering.deciding import decide


@pytest.fixture
def reading(monkeypatch):
    """`asked`: each id that was asked for, as often as it was; `read`: how many texts were taken apart for that."""
    counted = SimpleNamespace(asked=[], read=0)
    parse, group = ResourceId.parse, ids._RESOURCE_GROUP

    def asked(text: str, kind: str) -> ResourceId:
        counted.asked.append((text, kind))
        return parse(text, kind)

    def fullmatch(text: str) -> re.Match[str] | None:
        counted.read += 1
        return group.fullmatch(text)

    ids._read.cache_clear()
    monkeypatch.setattr(ResourceId, "parse", asked)
    monkeypatch.setattr(ids, "_RESOURCE_GROUP", SimpleNamespace(fullmatch=fullmatch))
    return counted


class Hub:
    """As much of the durable client as starting and waking need."""

    def __init__(self, status: OrchestrationStatus | None) -> None:
        self._status = status
        self.started: list[str] = []

    async def get_orchestration_state(self, _id: str, **_: Any) -> SimpleNamespace | None:
        return SimpleNamespace(runtime_status=self._status) if self._status else None

    async def schedule_new_orchestration(self, name: str, **_: Any) -> None:
        self.started.append(name)

    async def raise_orchestration_event(self, _id: str, event: str, **_: Any) -> None:
        self.started.append(event)


def forget(reading) -> None:
    ids._read.cache_clear()
    reading.asked.clear()
    reading.read = 0


def assert_read_once(reading) -> None:
    assert reading.asked
    assert reading.read <= len(set(reading.asked))


async def test_a_tagged_image_reads_no_id_twice(azure, records, reading, monkeypatch):
    async def announced(*_: Any) -> None:
        """The list is not asked about here."""

    monkeypatch.setattr(beginning, "announce", announced)
    image = azure.control.resource(SOURCE)
    azure.control.put_resource(image | {"tags": {"migrate-to-gallery": GALLERY}})
    hub = Hub(None)
    written = {"operationName": "Microsoft.Compute/images/write", "resourceUri": SOURCE}
    assert await on_event(SOURCE, written, hub)
    assert hub.started == [MIGRATE_IMAGE]
    assert_read_once(reading)


async def test_an_approval_reads_no_id_twice(azure, records, reading):
    migration = await built(azure)
    await open_question(migration)
    question = records.question(migration.start.id)
    forget(reading)
    event = ApprovalEvent(decision=Decision.APPROVE, approver="Ada", image_version_id=VERSION)
    hub = Hub(OrchestrationStatus.RUNNING)
    result = await decide(
        hub, question, event, Decider("Eve", ("eve-oid",), "page"), held=await hold(migration.start.id)
    )
    assert isinstance(result, Approval), result
    assert hub.started == [APPROVAL_EVENT]
    assert_read_once(reading)


async def test_a_question_reads_no_id_twice(azure, records, reading):
    migration = await built(azure)
    await approve(records, migration)
    assert_read_once(reading)


async def test_a_delete_reads_no_id_twice(azure, records, reading):
    migration = await built(azure)
    await approve(records, migration)
    forget(reading)
    sent = await delete_source_image(Reference(id=migration.start.id))
    await confirm_delete(Reference(id=migration.start.id))
    assert isinstance(sent, Sent)
    assert_read_once(reading)
