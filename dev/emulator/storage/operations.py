"""What a call on table storage means: path and method to an operation on tables, and its answer. No HTTP objects."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dev.emulator.storage.entities import Entity, Key, key_in, properties_in
from dev.emulator.storage.errors import INVALID_INPUT, MISSING_HEADER, NOT_EMULATED, StorageError
from dev.emulator.storage.queries import paging
from dev.emulator.storage.queries.filters import predicate_of
from dev.emulator.storage.queries.key_ranges import key_range
from dev.emulator.storage.tables import ANY, Tables
from dev.emulator.storage.values import Edm, Value

_TEXT = r"'((?:[^']|'')*)'"
_TABLE = re.compile(rf"Tables\({_TEXT}\)", re.IGNORECASE)
_ENTITY = re.compile(rf"([^(/]+)\(PartitionKey={_TEXT},\s*RowKey={_TEXT}\)")
_ROWS = re.compile(r"([^($/]+)(\(\))?")
_QUIET = {"Preference-Applied": "return-no-content"}


@dataclass(frozen=True, slots=True)
class StorageCall:
    """`path` is decoded and begins below the account; keys of `query` and `headers` are lower-case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes
    account_url: str

    @property
    def wants_metadata(self) -> bool:
        return "nometadata" not in self.headers.get("accept", "")

    def metadata(self, what: str) -> dict[str, str]:
        return {"odata.metadata": f"{self.account_url}/$metadata#{what}"} if self.wants_metadata else {}


@dataclass(frozen=True, slots=True)
class StorageAnswer:
    """`body` None sends no content at all."""

    status: int
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


def perform(tables: Tables, call: StorageCall, largest_page: int) -> StorageAnswer:
    """Raises StorageError to refuse."""
    if not {"comp", "restype"} & call.query.keys():
        if call.path.lower() == "tables":
            return _all_tables(tables, call, largest_page)
        if (table := _TABLE.fullmatch(call.path)) and call.method == "DELETE":
            tables.delete(_unquoted(table[1]))
            return StorageAnswer(204)
        if entity := _ENTITY.fullmatch(call.path):
            return _one_entity(tables, call, entity[1], (_unquoted(entity[2]), _unquoted(entity[3])))
        if rows := _ROWS.fullmatch(call.path):
            return _entities(tables, call, rows[1], largest_page)
    raise _not_emulated(call)


def _all_tables(tables: Tables, call: StorageCall, largest_page: int) -> StorageAnswer:
    match call.method:
        case "POST":
            name = _object(call).get("TableName")
            if not isinstance(name, str):
                raise StorageError(INVALID_INPUT)
            tables.create(name)
            return _created(call, {**call.metadata("Tables/@Element"), "TableName": name}, {})
        case "GET":
            keep = predicate_of(call.query.get("$filter"))
            size = paging.page_size(call.query.get("$top"), largest_page)
            found = [name for name in tables.names() if keep(_named(name))]
            names, headers = paging.page_of_names(found, call.query, size)
            return StorageAnswer(200, {**call.metadata("Tables"), "value": [{"TableName": n} for n in names]}, headers)
    raise _not_emulated(call)


def _entities(tables: Tables, call: StorageCall, name: str, largest_page: int) -> StorageAnswer:
    match call.method:
        case "POST":
            body = _object(call)
            entity = tables.table(name).insert(key_in(body), properties_in(body))
            written = {**call.metadata(f"{name}/@Element"), **entity.document(metadata=call.wants_metadata)}
            return _created(call, written, {"ETag": entity.etag})
        case "GET":
            keep = predicate_of(call.query.get("$filter"))
            size = paging.page_size(call.query.get("$top"), largest_page)
            first, last = key_range(call.query.get("$filter"))
            start = max(first, paging.key_asked_for(call.query) or first)
            page, following = paging.page_of(tables.table(name).entities_between(start, last), keep, size)
            shown = [entity.document(_select(call), call.wants_metadata) for entity in page]
            return StorageAnswer(200, {**call.metadata(name), "value": shown}, paging.headers_for(following))
    raise _not_emulated(call)


def _one_entity(tables: Tables, call: StorageCall, name: str, key: Key) -> StorageAnswer:
    table, etag = tables.table(name), _etag(call)
    match call.method:
        case "GET":
            entity = table.get(key)
            shown = {**call.metadata(f"{name}/@Element"), **entity.document(_select(call), call.wants_metadata)}
            return StorageAnswer(200, shown, {"ETag": entity.etag})
        case "PUT":
            return _written(table.replace(key, properties_in(_object(call)), etag))
        case "PATCH":
            return _written(table.merge(key, properties_in(_object(call)), etag))
        case "DELETE":
            if etag is None:
                raise StorageError(MISSING_HEADER)
            table.delete(key, etag)
            return StorageAnswer(204)
    raise _not_emulated(call)


def _named(table: str) -> Entity:
    """A table as an entity of the list of tables, for its filter."""
    return Entity(("", table), {"TableName": Value(Edm.STRING, table)}, 0)


def _created(call: StorageCall, body: dict[str, Any], headers: dict[str, str]) -> StorageAnswer:
    if call.headers.get("prefer") == "return-no-content":
        return StorageAnswer(204, None, {**headers, **_QUIET})
    return StorageAnswer(201, body, headers)


def _written(entity: Entity) -> StorageAnswer:
    return StorageAnswer(204, None, {"ETag": entity.etag})


def _etag(call: StorageCall) -> str | None:
    etag = call.headers.get("if-match")
    if etag not in (None, ANY) and not re.fullmatch(r"W/\"datetime'[^'\"]+'\"", etag or ""):
        raise StorageError(INVALID_INPUT)
    return etag


def _select(call: StorageCall) -> list[str] | None:
    asked = call.query.get("$select", "").strip()
    return [name.strip() for name in asked.split(",")] if asked and asked != "*" else None


def _object(call: StorageCall) -> dict[str, Any]:
    try:
        body = json.loads(call.content)
    except (ValueError, RecursionError) as problem:
        raise StorageError(INVALID_INPUT) from problem
    if not isinstance(body, dict):
        raise StorageError(INVALID_INPUT)
    return body


def _unquoted(text: str) -> str:
    return text.replace("''", "'")


def _not_emulated(call: StorageCall) -> Exception:
    return StorageError(NOT_EMULATED, method=call.method, url=f"{call.account_url}/{call.path}")
