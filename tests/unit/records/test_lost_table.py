"""The table of records deleted by somebody: made anew by whoever finds it gone, without a restart, and empty."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.data.tables import TableErrorCode

from migration.record.image_record import NO_RECORD, ImageRecord
from migration.values.answer import Refusal
from records import index, pauses, runs, store, table, turns
from records.errors import RecordsUnavailableError
from records.table import RemadeTable, table_errors
from tests.support.samples import OWN_ID, make_record, make_run

HELD_SECONDS = 40


@pytest.fixture(autouse=True)
async def deleted(storage):
    """A table that was in use, and is gone."""
    await store.change(OWN_ID, lambda _: make_record())
    await table._client().delete_table()


@pytest.mark.parametrize(
    "call",
    [
        lambda: store.load(OWN_ID),
        store.unfinished,
        store.all_answered,
        lambda: store.earlier_answer_of("migrate-web"),
        lambda: index.page(10),
        lambda: runs.runs_before(OWN_ID, 1, 1),
        lambda: runs.keep(make_record(), make_run()),
        lambda: index.note(make_record(), make_run()),
        lambda: table.remove("image", OWN_ID),
        pauses.read_pause,
        pauses.kept_wishes,
        lambda: pauses.write_pause(pauses.Pause(paused=True)),
        lambda: turns.take("sweep", timedelta(hours=1)),
    ],
)
async def test_whoever_reads_or_writes_first_finds_an_empty_table_and_goes_on(call: Callable[[], Awaitable[Any]]):
    """Every write was refused with 404 until the app was restarted."""
    await call()
    assert await store.load(OWN_ID) is None
    assert isinstance(await store.change(OWN_ID, lambda known: known or make_record()), ImageRecord)


async def test_whoever_holds_a_record_that_is_gone_is_told_so_and_brings_nothing_back(storage):
    await store.load(OWN_ID)
    held = await store.hold(OWN_ID)
    await store.change(held, lambda _: make_record())
    await table._client().delete_table()
    seen: list[ImageRecord | None] = []

    def step(record: ImageRecord | None) -> ImageRecord | Refusal:
        seen.append(record)
        return NO_RECORD if record is None else record.changed(run=make_run())

    assert await store.change(held, step) == NO_RECORD
    assert (len(seen), held.record, await store.load(OWN_ID)) == (2, None, None)


async def test_while_the_name_of_a_deleted_table_is_held_records_are_unavailable_not_missing(storage):
    """A conflict of the service's was taken for somebody else's write, and its read for a record that is not there."""
    await store.load(OWN_ID)
    storage.control.settings(deletedTableHeldSeconds=HELD_SECONDS)
    await table._client().delete_table()
    for call in (store.load(OWN_ID), store.unfinished(), store.change(OWN_ID, lambda _: make_record())):
        with pytest.raises(RecordsUnavailableError, match="being deleted"):
            await call
    table._made.clear()  # as after a restart
    with pytest.raises(RecordsUnavailableError, match="being deleted"):
        await store.load(OWN_ID)
    storage.control.advance(HELD_SECONDS)
    assert await store.load(OWN_ID) is None


class Client:
    """A client of a table, one of whose answers is a refusal: of every call, or after the first row of a list."""

    def __init__(self, *codes: TableErrorCode, rows: int = 0) -> None:
        self.codes, self.rows = list(codes), rows

    async def create_table(self) -> None:
        self._answer()

    async def get_entity(self, *_key: str) -> None:
        self._answer()

    async def query_entities(self, _query: str, **_how: Any):
        for number in range(self.rows):
            yield {"RowKey": str(number)}
        self._answer()

    def _answer(self) -> None:
        code = self.codes.pop(0)
        is_gone = code == TableErrorCode.TABLE_NOT_FOUND
        error: Any = (ResourceNotFoundError if is_gone else HttpResponseError)(code.value)
        error.status_code, error.error_code = 404 if is_gone else 409, code
        raise error


async def test_unverified_a_read_of_a_table_that_is_being_deleted_is_no_missing_record_where_it_gets_a_404():
    client: Any = Client(TableErrorCode.TABLE_NOT_FOUND, TableErrorCode.TABLE_BEING_DELETED)
    with pytest.raises(RecordsUnavailableError):
        async with table_errors():
            await RemadeTable(client).get_entity("image", OWN_ID)


async def test_a_list_whose_table_vanishes_on_the_way_is_no_list():
    client: Any = Client(TableErrorCode.TABLE_NOT_FOUND, rows=1)
    with pytest.raises(RecordsUnavailableError):
        async with table_errors():
            [row async for row in RemadeTable(client).query_entities("PartitionKey eq 'image'")]


async def test_a_409_of_something_in_between_as_the_table_is_made_is_no_change_of_a_row():
    """Whoever asked over HTTP got a 500 without a reason: nobody expects a change where nothing is written."""

    class InBetween:
        async def create_table(self) -> None:
            error = HttpResponseError("<html>502 Bad Gateway</html>")
            error.status_code = 409
            raise error

    client: Any = InBetween()
    with pytest.raises(RecordsUnavailableError):
        async with table_errors():
            await RemadeTable(client).make()
