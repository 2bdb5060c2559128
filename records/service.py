"""A table of Azure Table Storage by its REST interface, as far as records need it: the app's identity, and plain rows.

The SDK does the same with twice the work, and a migration makes some fifty calls. A row holds texts, truths and small
numbers. As "Table service error codes" has it, what is not there, or there already, is told by a code, not a status.
"""

import json
from collections.abc import AsyncIterator, Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.rest import HttpRequest

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.rest import AsyncHttpResponse

RETRIES = 2
_SCOPE = "https://storage.azure.com/.default"  # of every cloud
_HEADERS = {
    "Accept": "application/json;odata=minimalmetadata",
    "DataServiceVersion": "3.0",
    "x-ms-version": "2019-02-02",
}
_WRITING = {"Content-Type": "application/json;odata=nometadata", "Prefer": "return-no-content"}
_KINDS: dict[str, type[HttpResponseError]] = {
    **dict.fromkeys(("EntityNotFound", "ResourceNotFound", "TableNotFound"), ResourceNotFoundError),
    **dict.fromkeys(("EntityAlreadyExists", "ResourceAlreadyExists", "TableAlreadyExists"), ResourceExistsError),
}


class Entity(dict[str, Any]):
    """A row; its `metadata` has the etag of its last write."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__({name: value for name, value in body.items() if "odata." not in name and name != "Timestamp"})
        self.metadata = {"etag": body["odata.etag"]}


class ServiceTable:
    """One table. Every call raises HttpResponseError for what the service refuses, as its code says, or AzureError."""

    def __init__(self, address: str, name: str, credential: "AsyncTokenCredential", seconds: float) -> None:
        """`seconds` is how long one attempt of a call may take."""
        from azure.core.pipeline import AsyncPipeline, policies

        from arm.transport.sending import TimedTransport

        self.url, self._name = address.rstrip("/"), name
        self._pipeline: AsyncPipeline[HttpRequest, AsyncHttpResponse] = AsyncPipeline(
            TimedTransport(seconds),
            [
                policies.AsyncRetryPolicy(retry_total=RETRIES),
                policies.AsyncBearerTokenCredentialPolicy(credential, _SCOPE),
            ],
        )

    async def close(self) -> None:
        """Close the connections."""
        async with self._pipeline:
            pass

    async def create_table(self) -> None:
        await self._send("POST", "/Tables", {"TableName": self._name}, _WRITING)

    async def get_entity(self, partition_key: str, row_key: str) -> Entity:
        return Entity((await self._send("GET", self._row(partition_key, row_key))).json())

    async def create_entity(self, entity: Mapping[str, Any]) -> dict[str, str]:
        return await self._write("POST", f"/{self._name}", entity, {})

    async def update_entity(self, entity: Mapping[str, Any], *, etag: str, **_how: Any) -> dict[str, str]:
        """Replace a row that still has this etag."""
        return await self._write("PUT", self._row_of(entity), entity, {"If-Match": etag})

    async def upsert_entity(self, entity: Mapping[str, Any], **_how: Any) -> dict[str, str]:
        """Write a row, in place of the one that is there."""
        return await self._write("PUT", self._row_of(entity), entity, {})

    async def delete_entity(self, partition_key: str, row_key: str) -> None:
        await self._send("DELETE", self._row(partition_key, row_key), headers={"If-Match": "*"})

    async def query_entities(
        self,
        query_filter: str,
        /,
        *,
        parameters: Mapping[str, Any] | None = None,
        select: list[str] | None = None,
        results_per_page: int | None = None,
    ) -> AsyncIterator[Entity]:
        """Go through the rows, page by page; `@name` stands in the filter for the parameter of that name."""
        named = {f"@{name}": _literal(value) for name, value in (parameters or {}).items()}
        wanted = " ".join(named.get(word, word) for word in query_filter.split(" "))
        asked = {"$filter": wanted, "$select": ",".join(select or []), "$top": results_per_page}
        begin: dict[str, str] = {}
        while True:
            query = urlencode({name: value for name, value in (asked | begin).items() if value}, quote_via=quote)
            page = await self._send("GET", f"/{self._name}()?{query}")
            for row in page.json()["value"]:
                yield Entity({"odata.etag": None} | row)
            begin = {
                f"Next{part}": page.headers[f"x-ms-continuation-Next{part}"]
                for part in ("PartitionKey", "RowKey")
                if page.headers.get(f"x-ms-continuation-Next{part}")
            }
            if not begin:
                return

    async def _write(
        self, method: str, path: str, entity: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, str]:
        """Return what the service says of the row by now; raises KeyError where it does not say its etag."""
        return {"etag": (await self._send(method, path, entity, {**_WRITING, **headers})).headers["etag"]}

    async def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> "AsyncHttpResponse":
        said = {**_HEADERS, "x-ms-date": formatdate(usegmt=True), **(headers or {})}
        content = None if body is None else json.dumps(body).encode()
        request = HttpRequest(method, f"{self.url}{path}", headers=said, content=content)
        response = (await self._pipeline.run(request)).http_response
        if 200 <= response.status_code < 300:
            return response
        raise _refused(response)

    def _row_of(self, entity: Mapping[str, Any]) -> str:
        return self._row(entity["PartitionKey"], entity["RowKey"])

    def _row(self, partition_key: str, row_key: str) -> str:
        partition, row = (quote(_literal(key), safe="'") for key in (partition_key, row_key))
        return f"/{self._name}(PartitionKey={partition},RowKey={row})"


def _literal(value: str | bool) -> str:
    """Return a value as a filter or an address spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value.replace("'", "''") + "'"


def _refused(response: "AsyncHttpResponse") -> HttpResponseError:
    code, message = response.headers.get("x-ms-error-code"), f"{response.status_code} {response.reason}"
    try:
        told = response.json()["odata.error"]
        code, message = told["code"], told["message"]["value"]
    except (ValueError, KeyError, TypeError):
        pass  # whatever stands in between answers as it likes
    error = _KINDS.get(str(code), HttpResponseError)(message=message, response=response)
    error.error_code = code  # type: ignore[attr-defined]  # as the SDK has it
    return error
