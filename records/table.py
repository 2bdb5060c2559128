"""The table that holds the records, and what its service answers. Nothing else imports the storage SDK.

Somebody may delete the table at any time: whoever finds it gone makes it anew, empty, and nothing has to be restarted.
"""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Protocol, cast

from migration.asking.platform import has_storage, records_storage
from records.errors import RecordsMissingError, RecordsUnavailableError

if TYPE_CHECKING:
    from azure.data.tables import TableEntity
    from azure.data.tables.aio import TableClient

TABLE = "imageMigrations"
TRIAL = "trial"  # the partition of rows that say nothing
LONGEST_CALL_SECONDS = 20.0
ALREADY_CHANGED = {409, 412}
# Codes of the service, in "Table service error codes". "Delete Table" (read 2026-11-29): a name is held for "at least
# 40 seconds", and whatever is about it is refused with 409 meanwhile; as is reported, reads may get a 404 instead.
TABLE_GONE = "TableNotFound"
BEING_DELETED = "TableBeingDeleted"
_LOG = logging.getLogger(__name__)
_USELESS = (ValueError, TypeError, AttributeError, KeyError)  # what the SDK stumbles with over an answer that is none


class Table(Protocol):
    """As much of a table as records need: Azure's own client, or one in memory that is handed in."""

    def get_entity(self, partition_key: str, row_key: str) -> Awaitable[Any]: ...

    def create_entity(self, entity: Any) -> Awaitable[Any]: ...

    def update_entity(self, entity: Any, *, mode: Any, etag: str, match_condition: Any) -> Awaitable[Any]: ...

    def upsert_entity(self, entity: Any, *, mode: Any) -> Awaitable[Any]: ...

    def delete_entity(self, partition_key: str, row_key: str) -> Awaitable[Any]: ...

    def query_entities(
        self, query_filter: str, /, *, parameters: Any = None, select: Any = None, results_per_page: Any = None
    ) -> AsyncIterable[Any]: ...


class ChangedMeanwhileError(Exception):
    """Somebody else wrote this row since it was read."""


class RowGoneError(ChangedMeanwhileError):
    """There is no such row."""


def address() -> str | None:
    """Return the address of the table service; None where the app is told of none, or by a connection string."""
    own = records_storage()
    named = f"https://{own.account_name}.table.core.windows.net" if own.account_name else None
    return own.records or own.table_service or named


@cache
def _client() -> "TableClient":
    """Return the process's client: with the app's identity; with a connection string only where the host has one.

    Raises RecordsMissingError where the app knows no storage account.
    """
    from azure.data.tables.aio import TableClient

    from arm.transport.client import credential
    from arm.transport.sending import TimedTransport

    if not has_storage():
        raise RecordsMissingError("the app has no storage account for its records: set AzureWebJobsStorage")
    ways: dict[str, Any] = {"retry_total": 2, "transport": TimedTransport(LONGEST_CALL_SECONDS)}
    own, secret = address(), records_storage().connection_string
    if own is None:
        text = secret.get_secret_value() if secret else ""
        return TableClient.from_connection_string(text, TABLE, **ways)
    return TableClient(own, TABLE, credential=credential(), **ways)


class RemadeTable:
    """A client whose table is made anew where a call finds it gone; the call is made once more then.

    What was in it is lost: a row that was held is not there, and its writer sees that as a change of somebody else's.
    """

    def __init__(self, client: "TableClient") -> None:
        self._client = client

    async def make(self) -> None:
        """Make the table, if it is not there. A 409 that does not say so is no answer: nobody changed a row here."""
        from azure.core.exceptions import HttpResponseError, ResourceExistsError

        try:
            await self._client.create_table()
        except ResourceExistsError:
            return
        except HttpResponseError as error:
            if error.status_code in ALREADY_CHANGED and not _says(error, BEING_DELETED):
                raise RecordsUnavailableError(f"{error.status_code}: the table of records was not made") from error
            raise

    async def get_entity(self, partition_key: str, row_key: str) -> Any:
        return await self._there(lambda: self._client.get_entity(partition_key, row_key))

    async def create_entity(self, entity: Any) -> Any:
        return await self._there(lambda: self._client.create_entity(entity))

    async def update_entity(self, entity: Any, **how: Any) -> Any:
        return await self._there(lambda: self._client.update_entity(entity, **how))

    async def upsert_entity(self, entity: Any, *, mode: Any) -> Any:
        return await self._there(lambda: self._client.upsert_entity(entity, mode=mode))

    async def delete_entity(self, partition_key: str, row_key: str) -> Any:
        return await self._there(lambda: self._client.delete_entity(partition_key, row_key))

    async def query_entities(self, query_filter: str, /, **how: Any) -> AsyncIterator[Any]:
        """Go through the rows; one whose table vanishes on the way is no list, and raises."""
        begun = False
        try:
            async for entity in self._client.query_entities(query_filter, **how):
                begun = True
                yield entity
        except Exception as error:
            if begun or not _says(error, TABLE_GONE):
                raise
            await self._make_anew()

    async def _there[Result](self, call: Callable[[], Awaitable[Result]]) -> Result:
        try:
            return await call()
        except Exception as error:
            if not _says(error, TABLE_GONE):
                raise
        await self._make_anew()
        return await call()

    async def _make_anew(self) -> None:
        await self.make()
        _LOG.error("the table of records was gone, and was made anew: no record is left, and nothing is deleted by any")


_made: dict[str, RemadeTable] = {}
_handed_in: list[Table] = []


def hand_in(table: Table | None) -> None:
    """Keep records in this table from now on; None: in Azure's again."""
    _handed_in[:] = [table] if table is not None else []


async def table() -> Table:
    """Return a table that exists."""
    if _handed_in:
        return _handed_in[0]
    client = _client()
    if client.url not in _made:
        made = RemadeTable(client)
        async with table_errors():
            await made.make()
        _made[client.url] = made
    return _made[client.url]


async def find(partition: str, key: str) -> "TableEntity | None":
    """Return a row; None where there is none."""
    client = await table()
    try:
        async with table_errors():
            return cast("TableEntity", await client.get_entity(partition, key))
    except RowGoneError:
        return None


async def rows_where(wanted: str, select: list[str] | None = None) -> AsyncIterator[dict[str, Any]]:
    """Go through rows: a call for each thousand."""
    client = await table()
    async with table_errors():
        async for entity in client.query_entities(wanted, select=select, results_per_page=1000):
            yield dict(entity)


async def write(entity: dict[str, Any], etag: str | None) -> str:
    """Write over the row that has this etag (None: where none is), and return its new one.

    Raises ChangedMeanwhileError where somebody else was there before.
    """
    from azure.core import MatchConditions

    client = await table()
    async with table_errors():
        if etag is None:
            written = await client.create_entity(entity)
        else:
            unchanged = MatchConditions.IfNotModified
            written = await client.update_entity(entity, mode="replace", etag=etag, match_condition=unchanged)
    return str(written["etag"])


async def put(entity: dict[str, Any]) -> None:
    """Write a row, whatever stands in its place."""
    client = await table()
    async with table_errors():
        await client.upsert_entity(entity, mode="replace")


async def remove(partition: str, key: str) -> None:
    """Remove a row, if it is there."""
    client = await table()
    with suppress(RowGoneError):
        async with table_errors():
            await client.delete_entity(partition, key)


async def try_out() -> None:
    """Write a row, read it and remove it; raises RecordsUnavailableError where that cannot be done."""
    key = token_hex(16)
    client = await table()
    async with table_errors():
        await client.create_entity({"PartitionKey": TRIAL, "RowKey": key, "said": key})
    found = await find(TRIAL, key)
    await remove(TRIAL, key)
    if found is None or found.get("said") != key:
        raise RecordsUnavailableError("a row was not read as it was written")


@asynccontextmanager
async def table_errors() -> AsyncIterator[None]:
    """Turn the SDK's exceptions into ours. A row that is gone where it is to be written was changed meanwhile."""
    from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError

    try:
        yield
    except HttpResponseError as error:
        if _says(error, TABLE_GONE) or _says(error, BEING_DELETED):
            raise RecordsUnavailableError(f"{error.status_code}: the table of records is being deleted") from error
        if isinstance(error, ResourceNotFoundError):
            raise RowGoneError(str(error.message)) from error
        if error.status_code in ALREADY_CHANGED:
            raise ChangedMeanwhileError(str(error.message)) from error
        raise RecordsUnavailableError(f"{error.status_code}: {error.reason}") from error
    except (AzureError, *_USELESS) as error:
        raise RecordsUnavailableError(type(error).__name__) from error


def _says(error: Exception, code: str) -> bool:
    """Tell whether this is the service's own word for what is wrong."""
    return getattr(error, "error_code", None) == code
