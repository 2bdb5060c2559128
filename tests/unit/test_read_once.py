"""Within one call of a function no document and no id is read twice, on the ways of a tag, a question, an approval, a
delete, and a question asked again: each way goes through the app's own functions, over the emulated Azure.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import urlencode

import azure.functions as func
import pytest
from activities.verify_image_version import verify_image_version
from migration.approval.image_record import Stage
from migration.approval.verdict import Look, Reference, Sent
from migration.asking.signing import LINK_PURPOSE, ApprovalLink, Signer
from migration.course.state import MigrationState
from pydantic import BaseModel
from triggers.steering import beginning

from activities.confirm_delete import confirm_delete
from activities.delete_source_image import delete_source_image
from activities.look_at_question import look_at_question
from activities.open_question import open_question
from dev.demo.app import hidden_fields
from migration.approval.approval import ApprovalEvent, Decision
from migration.asking.settings import settings
from migration.names import APPROVAL_EVENT
from migration.values import ids
from migration.values.ids import ResourceId, instance_id_for
from migration.values.outcome import Phase
from migration.values.record import Record
from tests.unit.azure_samples import GALLERY, SOURCE, VERSION, approve, built
from tests.unit.fake_hub import Hub, instance
from triggers.api.decisions import _approve, _ask_again, _cancel
from triggers.events.image_tagged import on_event
from triggers.page.approvals import answer

type Invocation = Callable[[], AbstractContextManager[None]]


class Readings:
    """Every text that was read since the call began: documents by kind, and ids that were taken apart."""

    def __init__(self) -> None:
        self.documents: Counter[tuple[str, str]] = Counter()
        self.ids: set[tuple[str, str]] = set()
        self.ids_read = 0

    def document(self, kind: type[BaseModel], text: Any) -> None:
        known = text if isinstance(text, str) else json.dumps(text, sort_keys=True, default=str)
        self.documents[kind.__name__, known] += 1

    def twice(self) -> list[str]:
        return [kind for (kind, _), times in self.documents.items() if times > 1]


def _counting(readings: list[Readings], read: Any) -> Any:
    def counted(cls: type[BaseModel], value: Any, **options: Any) -> Any:
        if not isinstance(value, BaseModel):
            readings[-1].document(cls, value)
        return read.__func__(cls, value, **options)

    return classmethod(counted)


@pytest.fixture
def once(monkeypatch) -> Invocation:
    """`with once():` is one call of a function, in a process that remembers nothing of earlier ones."""
    readings = [Readings()]
    parse, group = ResourceId.parse, ids._RESOURCE_GROUP

    def asked(text: str, kind: str) -> ResourceId:
        readings[-1].ids.add((text, kind))
        return parse(text, kind)

    class Group:
        def fullmatch(self, text: str) -> re.Match[str] | None:
            readings[-1].ids_read += 1
            return group.fullmatch(text)

    for name in ("model_validate", "model_validate_json"):
        monkeypatch.setattr(Record, name, _counting(readings, getattr(BaseModel, name)), raising=False)
    monkeypatch.setattr(ResourceId, "parse", asked)
    monkeypatch.setattr(ids, "_RESOURCE_GROUP", Group())

    @contextmanager
    def invocation() -> Iterator[None]:
        ids._read.cache_clear()
        readings.append(Readings())
        yield
        assert readings[-1].documents or readings[-1].ids, "nothing was read at all"
        assert readings[-1].twice() == []
        assert readings[-1].ids_read <= len(readings[-1].ids)

    return invocation


def hub_of(migration: MigrationState) -> Any:
    return Hub(instance(migration.start.id, json.dumps(migration.dump())))


@pytest.fixture
async def asking(azure, records) -> MigrationState:
    """A migration whose question is open."""
    migration = await built(azure)
    await open_question(migration)
    return migration.model_copy(update={"phase": Phase.AWAITING_APPROVAL})


def post(migration: MigrationState, **body: Any) -> func.HttpRequest:
    here = f"https://example.com/api/migrations/{migration.start.id}"
    return func.HttpRequest("POST", here, route_params={"id": migration.start.id}, body=json.dumps(body).encode())


class Visitor:
    """Somebody with a link to the page, in a browser that keeps its cookie."""

    def __init__(self, records: Any, migration: MigrationState, hub: Any) -> None:
        self._id, self._hub, self._cookie = migration.start.id, hub, ""
        link = ApprovalLink(migration_id=self._id, question=records.question(self._id).id, approver=None)
        self._token = Signer(settings(), LINK_PURPOSE).sign(link)

    async def opens(self) -> str:
        page = await self._sends("GET", b"")
        self._cookie = page.headers.get("Set-Cookie", "").partition(";")[0]
        assert page.status_code == 200
        return page.get_body().decode()

    async def submits(self, page: str, **fields: str) -> int:
        return (await self._sends("POST", urlencode(hidden_fields(page) | fields).encode())).status_code

    async def _sends(self, method: str, body: bytes) -> func.HttpResponse:
        request = func.HttpRequest(
            method,
            f"https://example.com/api/approvals/{self._id}",
            headers={"Cookie": self._cookie},
            params={"token": self._token},
            route_params={"id": self._id},
            body=body,
        )
        return await answer(request, self._hub)


async def test_a_tagged_image_is_read_once(azure, records, once, monkeypatch):
    async def announced(*_: Any) -> None:
        """The list is not asked about here."""

    monkeypatch.setattr(beginning, "announce", announced)
    image = azure.control.resource(SOURCE)
    azure.control.put_resource(image | {"tags": {"migrate-to-gallery": GALLERY}})
    hub: Any = Hub()
    with once():
        assert await on_event(SOURCE, {"operationName": "Microsoft.Compute/images/write", "resourceUri": SOURCE}, hub)
    assert hub.started == [instance_id_for(SOURCE)]


async def test_a_question_is_read_once(azure, records, once):
    migration = await built(azure)
    with once():
        assert await verify_image_version(MigrationState.model_validate(migration.dump())) is None
    with once():
        await open_question(MigrationState.model_validate(migration.dump()))
    assert records.question(migration.start.id).stage is Stage.OPEN


async def test_the_page_reads_once_when_it_is_opened_and_once_when_it_is_sent(asking, records, once):
    hub = hub_of(asking)
    visitor = Visitor(records, asking, hub)
    with once():
        page = await visitor.opens()
    with once():
        assert await visitor.submits(page, decision="approve", approver="Ada") == 303
    assert hub.heard == [APPROVAL_EVENT]
    assert records.question(asking.start.id).stage is Stage.APPROVED
    with once():
        assert "Ada" in await visitor.opens()


async def test_the_page_that_comes_too_late_reads_once(asking, records, once):
    visitor = Visitor(records, asking, hub_of(asking))
    page = await visitor.opens()
    assert await visitor.submits(page, decision="approve", approver="Ada") == 303
    with once():
        assert await visitor.submits(page, decision="reject", approver="Bob", comment="no") == 409


async def test_an_approval_by_the_api_is_read_once(asking, records, once):
    hub = hub_of(asking)
    body = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION}
    with once():
        assert (await _approve(post(asking, **body), hub)).status_code == 202
    assert hub.heard == [APPROVAL_EVENT]
    assert records.question(asking.start.id).stage is Stage.APPROVED


async def test_a_decision_by_event_is_read_once(asking, records, once):
    event = ApprovalEvent(
        decision=Decision.APPROVE,
        approver="Ada",
        image_version_id=VERSION,
        callback=records.question(asking.start.id).callback,
    )
    with once():
        verdict = await look_at_question(Look.model_validate(Look(id=asking.start.id, event=event).dump()))
    assert verdict.kind == "approved"


async def test_a_question_asked_again_is_read_once(asking, records, once):
    hub = hub_of(asking)
    with once():
        assert (await _ask_again(post(asking), hub)).status_code == 202
    with once():
        assert (await look_at_question(Look.model_validate({"id": asking.start.id}))).kind == "again"


async def test_a_cancel_is_read_once(asking, records, once):
    hub = hub_of(asking)
    with once():
        assert (await _cancel(post(asking), hub)).status_code == 202
    assert records.question(asking.start.id).stage is Stage.CANCELLED


async def test_a_delete_is_read_once(azure, records, once):
    migration = await built(azure)
    await approve(records, migration)
    with once():
        sent = await delete_source_image(Reference.model_validate({"id": migration.start.id}))
    with once():
        await confirm_delete(Reference.model_validate({"id": migration.start.id}))
    assert isinstance(sent, Sent)
