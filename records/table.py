"""The table that holds the records, and what its service answers. Nothing else imports the storage SDK."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError

from migration.asking.platform import has_storage, records_storage
from records.errors import RecordsMissingError, RecordsUnavailableError

if TYPE_CHECKING:
    from azure.data.tables import TableEntity
    from azure.data.tables.aio import TableClient

TABLE = "imageMigrations"
LONGEST_CALL_SECONDS = 20.0
ALREADY_CHANGED = {409, 412}
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


_made: set[str] = set()
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
        async with table_errors():
            with suppress(ResourceExistsError):
                await client.create_table()
        _made.add(client.url)
    return client


async def find(partition: str, key: str) -> "TableEntity | None":
    """Return a row; None where there is none."""
    client = await table()
    async with table_errors():
        try:
            return cast("TableEntity", await client.get_entity(partition, key))
        except ResourceNotFoundError:
            return None


async def remove(partition: str, key: str) -> None:
    """Remove a row, if it is there."""
    client = await table()
    async with table_errors():
        with suppress(ResourceNotFoundError):
            await client.delete_entity(partition, key)


@asynccontextmanager
async def table_errors() -> AsyncIterator[None]:
    """Turn the SDK's exceptions into ours."""
    try:
        yield
    except HttpResponseError as error:
        if error.status_code in ALREADY_CHANGED:
            raise ChangedMeanwhileError(str(error.message)) from error
        raise RecordsUnavailableError(f"{error.status_code}: {error.reason}") from error
    except (AzureError, *_USELESS) as error:
        raise RecordsUnavailableError(type(error).__name__) from error
