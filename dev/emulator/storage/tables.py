"""The data: tables by name, entities by key. Every change is one step that checks its condition and takes effect.

Nothing here awaits, and the server runs on one thread: no other request comes between the check and the effect.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from dev.emulator.storage import moments
from dev.emulator.storage.entities import Entity, Key, Properties, require_storable
from dev.emulator.storage.errors import (
    CONDITION_NOT_SATISFIED,
    ENTITY_EXISTS,
    RESOURCE_NOT_FOUND,
    TABLE_BEING_DELETED,
    TABLE_EXISTS,
    TABLE_NAME_INVALID,
    TABLE_NAME_LENGTH,
    TABLE_NOT_FOUND,
    StorageError,
)

ANY = "*"  # the etag that every entity has


class Tables:
    """Names in any case are the same table; the spelling of its creation is shown.

    The name of a deleted one is held for a while: whatever is about it is refused with 409 then ("Delete Table").
    Not imitated, for it is only reported (azure-sdk-for-go#10813): that a read is refused with 404 instead.
    """

    def __init__(self, now: Callable[[], datetime], held_for: Callable[[], timedelta] = timedelta) -> None:
        self._now = now
        self._held_for = held_for
        self._deleted_at: dict[str, datetime] = {}
        self._last_ticks = 0
        self._tables: dict[str, Table] = {}

    def create(self, name: str) -> None:
        if not re.fullmatch("[A-Za-z][A-Za-z0-9]*", name, re.ASCII):
            raise StorageError(TABLE_NAME_INVALID)
        if not 3 <= len(name) <= 63:
            raise StorageError(TABLE_NAME_LENGTH)
        self._require_free(name)
        if name.lower() in self._tables:
            raise StorageError(TABLE_EXISTS)
        self._deleted_at.pop(name.lower(), None)
        self._tables[name.lower()] = Table(name, self._tick)

    def delete(self, name: str) -> None:
        self._require_free(name)
        if self._tables.pop(name.lower(), None) is None:
            raise StorageError(RESOURCE_NOT_FOUND)
        self._deleted_at[name.lower()] = self._now()

    def names(self) -> list[str]:
        return [table.name for _, table in sorted(self._tables.items())]

    def table(self, name: str) -> "Table":
        self._require_free(name)
        try:
            return self._tables[name.lower()]
        except KeyError as missing:
            raise StorageError(TABLE_NOT_FOUND) from missing

    def clear(self) -> None:
        self._tables.clear()
        self._deleted_at.clear()

    def _require_free(self, name: str) -> None:
        deleted_at = self._deleted_at.get(name.lower())
        if deleted_at is not None and self._now() < deleted_at + self._held_for():
            raise StorageError(TABLE_BEING_DELETED)

    def _tick(self) -> int:
        """The emulated time, but never the same twice: also while time stands, a write changes the etag."""
        self._last_ticks = max(moments.ticks_of(self._now()), self._last_ticks + 1)
        return self._last_ticks


class Table:
    """Entities in the order of their keys."""

    def __init__(self, name: str, tick: Callable[[], int]) -> None:
        self.name = name
        self._tick = tick
        self._entities: dict[Key, Entity] = {}
        self._order: list[Key] = []

    def insert(self, key: Key, properties: Properties) -> Entity:
        require_storable(key, properties)
        if key in self._entities:
            raise StorageError(ENTITY_EXISTS)
        return self._put(key, properties)

    def replace(self, key: Key, properties: Properties, etag: str | None) -> Entity:
        """Without an etag, an entity that is missing is inserted."""
        self._require(key, etag)
        require_storable(key, properties)
        return self._put(key, properties)

    def merge(self, key: Key, properties: Properties, etag: str | None) -> Entity:
        """Without an etag, an entity that is missing is inserted."""
        known = self._require(key, etag)
        merged = {**(known.properties if known else {}), **properties}
        require_storable(key, merged)
        return self._put(key, merged)

    def delete(self, key: Key, etag: str) -> None:
        self._require(key, etag)
        del self._entities[key]
        del self._order[bisect_left(self._order, key)]

    def get(self, key: Key) -> Entity:
        try:
            return self._entities[key]
        except KeyError as missing:
            raise StorageError(RESOURCE_NOT_FOUND) from missing

    def entities_between(self, first: Key, last: Key) -> Iterator[Entity]:
        places = range(bisect_left(self._order, first), bisect_right(self._order, last))
        return (self._entities[self._order[place]] for place in places)

    def _require(self, key: Key, etag: str | None) -> Entity | None:
        """The entity as it is; raises StorageError if it is not the one that the etag means."""
        if etag is None:
            return self._entities.get(key)
        known = self.get(key)
        if etag not in (ANY, known.etag):
            raise StorageError(CONDITION_NOT_SATISFIED)
        return known

    def _put(self, key: Key, properties: Properties) -> Entity:
        if key not in self._entities:
            insort(self._order, key)
        self._entities[key] = Entity(key, properties, self._tick())
        return self._entities[key]
