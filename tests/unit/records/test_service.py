"""The table service's own words: what is asked of it is spelt as it wants it, and nothing else counts as its answer."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.data.tables.aio import TableClient

from arm.transport.client import credential
from records import table
from records.service import ServiceTable, _refused

KEYS = ["plain", "Ada's", "a b&c=d+e", "größe", "日本", "100%", "{}()$@,;:"]


@pytest.fixture
async def rows(storage) -> ServiceTable:
    await table.table()
    client = table._client()
    assert isinstance(client, ServiceTable)
    return client


@pytest.fixture
async def sdk(rows) -> AsyncIterator[TableClient]:
    async with TableClient(rows.url, table.TABLE, credential=credential()) as client:
        yield client


def row(key: str, **values: Any) -> dict[str, Any]:
    return {"PartitionKey": "p", "RowKey": key, **values}


async def listed(client: Any, query: str, **how: Any) -> list[dict[str, Any]]:
    return [dict(one) async for one in client.query_entities(query, **how)]


@pytest.mark.parametrize("key", KEYS)
async def test_a_row_is_the_same_whoever_of_the_sdk_and_us_has_written_it(rows, sdk, key: str):
    ours, theirs = row(key, text=f"{key} 𝄞", truth=True, count=2), row(f"their {key}", text=key, truth=False, count=-1)
    await rows.create_entity(ours)
    await sdk.create_entity(theirs)
    assert dict(await rows.get_entity("p", theirs["RowKey"])) == dict(await sdk.get_entity("p", theirs["RowKey"]))
    found = await sdk.get_entity("p", key)
    assert dict(found) == ours
    assert (await rows.get_entity("p", key)).metadata["etag"] == found.metadata["etag"]


@pytest.mark.parametrize("key", KEYS)
async def test_a_filter_finds_the_same_rows_as_the_sdks(rows, sdk, key: str):
    for one in KEYS:
        await rows.upsert_entity(row(one, text=one, live=one == key), mode="replace")
    query = "PartitionKey eq 'p' and ( text eq @text or live eq @live ) and RowKey ge @least"
    how = {"parameters": {"text": key, "live": True, "least": ""}, "select": ["RowKey", "text"]}
    found = await listed(rows, query, **how)
    assert [one["RowKey"] for one in found] == [key]
    assert found == await listed(sdk, query, **how)


async def test_all_pages_of_a_list_are_read(rows, storage):
    for number in range(7):
        await rows.create_entity(row(f"{number}"))
    found = await listed(rows, "PartitionKey eq 'p'", results_per_page=3)
    assert [one["RowKey"] for one in found] == [f"{number}" for number in range(7)]


async def test_only_who_has_seen_the_last_write_replaces_a_row(rows):
    first = await rows.create_entity(row("a", count=1, text="one"))
    second = await rows.update_entity(row("a", count=2), etag=first["etag"])
    assert dict(await rows.get_entity("p", "a")) == row("a", count=2)
    for etag in (first["etag"], ""):
        with pytest.raises(HttpResponseError):
            await rows.update_entity(row("a", count=3), etag=etag)
    assert (await rows.get_entity("p", "a")).metadata == second


async def test_what_is_there_already_and_what_is_not_are_told_apart(rows):
    await rows.create_entity(row("a"))
    with pytest.raises(ResourceExistsError):
        await rows.create_entity(row("a"))
    await rows.delete_entity("p", "a")
    for call in (rows.get_entity, rows.delete_entity):
        with pytest.raises(ResourceNotFoundError):
            await call("p", "a")


@pytest.mark.parametrize("status", [404, 409])
def test_a_status_without_a_code_of_the_service_is_no_absence(status: int):
    """A proxy's page would have read as no record, which begins a new one."""

    def no_json() -> None:
        raise ValueError

    page: Any = SimpleNamespace(
        status_code=status, reason="Not Found", headers={}, json=no_json, text=lambda: "<html>", request=None
    )
    assert type(_refused(page)) is HttpResponseError


async def test_a_write_whose_etag_is_not_told_is_not_taken_for_done(rows, monkeypatch):
    async def send(*_: Any) -> Any:
        return SimpleNamespace(headers={})

    monkeypatch.setattr(rows, "_send", send)
    with pytest.raises(KeyError):
        await rows.create_entity(row("a"))
