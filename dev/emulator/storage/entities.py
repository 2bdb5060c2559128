"""An entity: keys, properties, and the moment of its last write, which is its etag. And the limits it must keep.

Limits and forbidden characters are those of "Understanding the Table service data model".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dev.emulator.storage import moments
from dev.emulator.storage.errors import (
    ENTITY_TOO_LARGE,
    INVALID_INPUT,
    KEY_TOO_LARGE,
    KEYS_MISSING,
    NAME_INVALID,
    NAME_TOO_LONG,
    OUT_OF_RANGE,
    TOO_MANY_PROPERTIES,
    StorageError,
)
from dev.emulator.storage.values import Edm, Value, utf16_bytes, value_in

Key = tuple[str, str]
Properties = Mapping[str, Value]

_MOST_PROPERTIES = 252
_LARGEST_ENTITY_BYTES = 1024**2
_LARGEST_KEY_BYTES = 1024
_LONGEST_NAME = 255
_FORBIDDEN_IN_KEYS = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")
_NAME = re.compile(r"[^\W\d]\w*")
_TYPE_NOTE = "@odata.type"
SYSTEM = ("PartitionKey", "RowKey", "Timestamp")


@dataclass(frozen=True, slots=True)
class Entity:
    """`ticks` is when it was last written: the service's own Timestamp."""

    key: Key
    properties: Properties
    ticks: int

    @property
    def etag(self) -> str:
        return f"W/\"datetime'{quote(moments.text_of(self.ticks, digits=7), safe='')}'\""

    def value(self, name: str) -> Value | None:
        """Of any property, the three that every entity has included."""
        match name:
            case "PartitionKey":
                return Value(Edm.STRING, self.key[0])
            case "RowKey":
                return Value(Edm.STRING, self.key[1])
            case "Timestamp":
                return Value(Edm.DATETIME, self.ticks)
        return self.properties.get(name)

    def document(self, select: list[str] | None = None, metadata: bool = True) -> dict[str, Any]:
        """As JSON, with etag and types unless the client wants no metadata."""
        document: dict[str, Any] = {"odata.etag": self.etag} if metadata else {}
        for name, value in self._selected(select):
            written, edm = value.written()
            if edm and metadata and name != "Timestamp":
                document[name + _TYPE_NOTE] = edm.value
            document[name] = moments.text_of(self.ticks, digits=7) if name == "Timestamp" else written
        return document

    def _selected(self, select: list[str] | None) -> Iterator[tuple[str, Value]]:
        for name in [*SYSTEM, *self.properties] if select is None else select:
            if (value := self.value(name)) is not None:
                yield name, value


def key_in(body: Mapping[str, Any]) -> Key:
    """The keys of an entity that is to be inserted."""
    partition, row = body.get("PartitionKey"), body.get("RowKey")
    if partition is None or row is None:
        raise StorageError(KEYS_MISSING)
    if not isinstance(partition, str) or not isinstance(row, str):
        raise StorageError(INVALID_INPUT)
    return partition, row


def properties_in(body: Mapping[str, Any]) -> dict[str, Value]:
    """What a client wants stored. Nothing is stored for null; keys and Timestamp are no properties."""
    return {
        name: value_in(sent, body.get(name + _TYPE_NOTE))
        for name, sent in body.items()
        if sent is not None and name not in SYSTEM and not name.endswith(_TYPE_NOTE) and not name.startswith("odata.")
    }


def require_storable(key: Key, properties: Properties) -> None:
    """Raises StorageError for what breaks a limit of the service."""
    for part in key:
        if _FORBIDDEN_IN_KEYS.search(part):
            raise StorageError(OUT_OF_RANGE)
        if utf16_bytes(part) > _LARGEST_KEY_BYTES:
            raise StorageError(KEY_TOO_LARGE)
    if len(properties) > _MOST_PROPERTIES:
        raise StorageError(TOO_MANY_PROPERTIES)
    for name, value in properties.items():
        if len(name) > _LONGEST_NAME:
            raise StorageError(NAME_TOO_LONG)
        if not _NAME.fullmatch(name):
            raise StorageError(NAME_INVALID)
        value.require_storable()
    if _size_bytes(key, properties) > _LARGEST_ENTITY_BYTES:
        raise StorageError(ENTITY_TOO_LARGE)


def _size_bytes(key: Key, properties: Properties) -> int:
    stored = sum(8 + utf16_bytes(name) + value.size_bytes for name, value in properties.items())
    return 4 + utf16_bytes("".join(key)) + stored
