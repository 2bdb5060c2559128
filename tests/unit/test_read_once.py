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
from pydantic import BaseModel

from dev.demo.app import hidden_fields
from migration import names
from migration.approval.approval import ApprovalEvent, Decision
from migration.approval.link import digest_of
from migration.course import steps
from migration.record.notices import Link
from migration.record.question import Stage
from migration.record.run import Run
from migration.telling.receivers import Address
from migration.values import ids
from migration.values.ids import ResourceId, instance_id_for
from migration.values.outcome import Phase
from migration.values.value import Value
from tests.support.azure_samples import GALLERY, SOURCE, VERSION, asked, built, deleting
from tests.support.fakes.fake_hub import FakeClient, FakeHub
from tests.support.steps import Migration
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


def _counting(readings: list[Readings], read: Any, changing: list[Value]) -> Any:
    def counted(cls: type[BaseModel], value: Any, **options: Any) -> Any:
        if not isinstance(value, BaseModel) and not changing:
            readings[-1].document(cls, value)
        return read.__func__(cls, value, **options)

    counting: Any = counted
    return classmethod(counting)


def _changing(change: Callable[..., Any], changing: list[Value]) -> Callable[..., Any]:
    """A value that is changed is validated, but it has been read before."""

    def changed(value: Value, **changes: Any) -> Any:
        changing.append(value)
        try:
            return change(value, **changes)
        finally:
            changing.pop()

    return changed


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

    changing: list[Value] = []
    for name in ("model_validate", "model_validate_json"):
        monkeypatch.setattr(Value, name, _counting(readings, getattr(BaseModel, name), changing), raising=False)
    monkeypatch.setattr(Value, "changed", _changing(Value.changed, changing))
    monkeypatch.setattr(ResourceId, "parse", asked)
    monkeypatch.setattr(ids, "_RESOURCE_GROUP", Group())

    @contextmanager
    def invocation() -> Iterator[None]:
        ids._take_apart.cache_clear()
        readings.append(Readings())
        yield
        assert readings[-1].documents or readings[-1].ids, "nothing was read at all"
        assert readings[-1].twice() == []
        assert readings[-1].ids_read <= len(readings[-1].ids)

    return invocation


def hub_of(migration: Migration) -> Any:
    return FakeClient(FakeHub({migration.id}))


@pytest.fixture
async def asking(azure, records) -> Migration:
    """A migration whose question is open."""
    return await asked(await built(azure, records))


def post(migration: Migration, **body: Any) -> func.HttpRequest:
    here = f"https://example.com/api/migrations/{migration.id}"
    headers = {"Content-Type": "application/json"}
    return func.HttpRequest(
        "POST", here, headers=headers, route_params={"id": migration.id}, body=json.dumps(body).encode()
    )


class Visitor:
    """Somebody with a link to the page, in a browser that keeps its cookie."""

    _token = "a token that was sent"

    def __init__(self, migration: Migration, hub: Any) -> None:
        self._id, self._hub, self._cookie = migration.id, hub, ""
        receiver = Address.parse(ADDRESS).receiver
        link = Link(token=digest_of(self._token), question=migration.question.id, receiver=receiver)
        migration.change(links=[link])

    async def opens(self) -> str:
        page = await self._sends("GET", b"")
        self._cookie = page.headers.get("Set-Cookie", "").partition(";")[0]
        assert page.status_code == 200
        return page.get_body().decode()

    async def submits(self, page: str, **fields: str) -> int:
        form = hidden_fields(page) | {"image": NAME} | fields
        return (await self._sends("POST", urlencode(form).encode())).status_code

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


ADDRESS = "json://team.example.com/hook"
NAME = SOURCE.rpartition("/")[2]


@pytest.fixture
def told(configure) -> None:
    configure(notify=ADDRESS)


async def test_a_tagged_image_is_read_once(azure, records, once):
    image = azure.control.resource(SOURCE)
    azure.control.put_resource(image | {"tags": {"migrate-to-gallery": GALLERY}})
    hub = FakeHub()
    with once():
        assert await on_event(SOURCE, {"operationName": "Microsoft.Compute/images/write", "resourceUri": SOURCE}, hub)
    assert hub.started_ids == [instance_id_for(SOURCE)]


async def test_a_question_is_read_once(azure, records, once):
    migration = await built(azure, records)
    hint = migration.hint()
    with once():
        await migration.take(steps.OPEN_QUESTION, hint=hint)
    assert migration.question.stage is Stage.OPEN


async def test_the_page_reads_once_when_it_is_opened_and_once_when_it_is_sent(asking, told, once):
    client = hub_of(asking)
    visitor = Visitor(asking, client)
    with once():
        page = await visitor.opens()
    with once():
        assert await visitor.submits(page, decision="approve", approver="Ada") == 303
    assert client.hub.heard == [(asking.id, names.APPROVAL_EVENT)]
    assert asking.question.stage is Stage.APPROVED
    with once():
        assert "Ada" in await visitor.opens()


async def test_the_page_that_comes_too_late_reads_once(asking, told, once):
    visitor = Visitor(asking, hub_of(asking))
    page = await visitor.opens()
    assert await visitor.submits(page, decision="approve", approver="Ada") == 303
    with once():
        assert await visitor.submits(page, decision="reject", approver="Bob", comment="no") == 409


async def test_an_approval_by_the_api_is_read_once(asking, once):
    client = hub_of(asking)
    body = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION}
    with once():
        assert (await _approve(post(asking, **body), client)).status_code == 202
    assert client.hub.heard == [(asking.id, names.APPROVAL_EVENT)]
    assert asking.question.stage is Stage.APPROVED


async def test_a_decision_by_event_is_read_once(asking, once):
    event = ApprovalEvent(
        decision=Decision.APPROVE, approver="Ada", image_version_id=VERSION, callback=asking.question.callback
    )
    hint = asking.hint()
    with once():
        await asking.take(steps.LOOK_AT_QUESTION, hint=hint, event=event.dump())
    assert asking.question.stage is Stage.APPROVED


async def test_a_question_asked_again_is_read_once(asking, once):
    client = hub_of(asking)
    with once():
        assert (await _ask_again(post(asking), client)).status_code == 202
    hint = asking.hint()
    assert hint.phase is Phase.VERIFYING
    with once():
        await asking.take(steps.OPEN_QUESTION, hint=hint)
    assert asking.question.stage is Stage.OPEN


async def test_a_cancel_is_read_once(asking, once):
    client = hub_of(asking)
    with once():
        assert (await _cancel(post(asking), client)).status_code == 202
    assert asking.question.stage is Stage.CANCELLED


async def test_a_delete_is_read_once(azure, records, once):
    migration = await deleting(azure, await built(azure, records))
    hint = migration.hint()
    with once():
        await migration.take(steps.DELETE_SOURCE_IMAGE, hint=hint)
    assert migration.question.stage is Stage.SENT
    with once():
        await migration.take(steps.CONFIRM_DELETE, hint=hint)
    assert isinstance(migration.run, Run)
