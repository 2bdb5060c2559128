"""The table of records in memory, as its SDK shows it: it takes a write only from whoever saw the last one."""

import re
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError

type Key = tuple[str, str]

_CONDITION = re.compile(r"(\w+) (eq|gt|ge|lt|le) (.+)")
_TELLS = {
    "eq": lambda left, right: left == right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
}


class Entity(dict[str, Any]):
    """A row, with the etag of its last write."""

    def __init__(self, values: dict[str, Any], etag: str) -> None:
        super().__init__(values)
        self.metadata = {"etag": etag}


class FakeTable:
    """Rows by partition and key. `is_down` answers 503 to everything, `broken` to what is about these partitions."""

    url = "memory"

    def __init__(self) -> None:
        self.rows: dict[Key, Entity] = {}
        self.is_down = False
        self.broken: set[str] = set()
        self.calls: list[str] = []
        self._etags = count(1)

    async def create_table(self) -> None:
        self._answer("create table", "")

    async def get_entity(self, partition: str, key: str) -> Entity:
        self._answer("get", partition)
        if (partition, key) not in self.rows:
            raise _error(ResourceNotFoundError, 404)
        return self.rows[partition, key]

    async def create_entity(self, entity: dict[str, Any]) -> dict[str, Any]:
        self._answer("create", entity["PartitionKey"])
        if _key(entity) in self.rows:
            raise _error(ResourceExistsError, 409)
        return self._put(entity)

    async def update_entity(self, entity: dict[str, Any], *, etag: str, **_how: Any) -> dict[str, Any]:
        self._answer("update", entity["PartitionKey"])
        known = self.rows.get(_key(entity))
        if known is None:
            raise _error(ResourceNotFoundError, 404)
        if known.metadata["etag"] != etag:
            raise _error(HttpResponseError, 412)
        return self._put(entity)

    async def upsert_entity(self, entity: dict[str, Any], **_how: Any) -> dict[str, Any]:
        self._answer("upsert", entity["PartitionKey"])
        return self._put(entity)

    async def delete_entity(self, partition: str, key: str) -> None:
        self._answer("delete", partition)
        if self.rows.pop((partition, key), None) is None:
            raise _error(ResourceNotFoundError, 404)

    async def query_entities(
        self, query: str, *, parameters: dict[str, Any] | None = None, select: list[str] | None = None, **_how: Any
    ) -> AsyncIterator[Entity]:
        conditions = [
            [_condition(text, parameters or {}) for text in any_of.strip("( )").split(" or ")]
            for any_of in query.split(" and ")
        ]
        self._answer("query", str(next(value for ((name, _, value), *_) in conditions if name == "PartitionKey")))
        for key in sorted(self.rows):
            row = self.rows.get(key)
            if row and all(any(_holds(row, one) for one in any_of) for any_of in conditions):
                yield Entity({name: row[name] for name in select or row if name in row}, row.metadata["etag"])

    def _put(self, entity: dict[str, Any]) -> dict[str, Any]:
        self.rows[_key(entity)] = Entity(entity, f"etag {next(self._etags)}")
        return {"etag": self.rows[_key(entity)].metadata["etag"]}

    def _answer(self, call: str, partition: str) -> None:
        self.calls.append(f"{call} {partition}")
        if self.is_down or partition in self.broken:
            raise _error(HttpResponseError, 503)


def _key(entity: dict[str, Any]) -> Key:
    return entity["PartitionKey"], entity["RowKey"]


def _holds(row: Entity, condition: tuple[str, str, Any]) -> bool:
    name, how, value = condition
    return name in row and bool(_TELLS[how](row[name], value))


def _condition(text: str, parameters: dict[str, Any]) -> tuple[str, str, Any]:
    found = _CONDITION.fullmatch(text)
    assert found is not None, text
    name, how, value = found.groups()
    if value.startswith("@"):
        return name, how, parameters[value[1:]]
    return name, how, {"true": True, "false": False}.get(value, value.strip("'"))


def _error[Error: HttpResponseError](kind: type[Error], status: int) -> Error:
    error = kind(message=str(status))
    error.status_code, error.reason = status, "busy" if status == 503 else "no"
    return error
