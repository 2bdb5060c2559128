"""Pages of a query, and the headers that tell a client where the next one begins.

As in the service, what is on the next page is not looked at: it may well be empty.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from itertools import islice

from dev.emulator.storage.entities import Entity, Key
from dev.emulator.storage.errors import INVALID_INPUT, StorageError
from dev.emulator.storage.queries.filters import Predicate

_HEADER = "x-ms-continuation-"


def page_size(asked: str | None, largest: int) -> int:
    """`$top`, up to what the service gives at once."""
    if asked is None:
        return largest
    if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked) <= 1000:
        raise StorageError(INVALID_INPUT)
    return min(int(asked), largest)


def page_of(entities: Iterable[Entity], keep: Predicate, size: int) -> tuple[list[Entity], Key | None]:
    """The next entities that pass, and the key to go on from, if there is one."""
    rest = iter(entities)
    page = list(islice(filter(keep, rest), size))
    following = next(rest, None) if len(page) == size else None
    return page, following.key if following else None


def key_asked_for(query: Mapping[str, str]) -> Key | None:
    partition, row = query.get("nextpartitionkey"), query.get("nextrowkey")
    if partition is None:
        return None
    return _read(partition), _read(row) if row else ""


def headers_for(key: Key | None) -> dict[str, str]:
    if key is None:
        return {}
    return {f"{_HEADER}NextPartitionKey": _written(key[0]), f"{_HEADER}NextRowKey": _written(key[1])}


def page_of_names(names: list[str], query: Mapping[str, str], size: int) -> tuple[list[str], dict[str, str]]:
    """The same for the list of tables."""
    start = _read(query["nexttablename"]) if query.get("nexttablename") else ""
    left = [name for name in names if name.lower() >= start]
    following = left[size : size + 1]
    return left[:size], {f"{_HEADER}NextTableName": _written(name.lower()) for name in following}


def _written(text: str) -> str:
    """Opaque to clients: in this form it also travels in a header."""
    return "1!" + base64.urlsafe_b64encode(text.encode()).decode()


def _read(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.removeprefix("1!")).decode()
    except (binascii.Error, ValueError) as problem:
        raise StorageError(INVALID_INPUT) from problem
