"""A long text as properties of an entity: one property holds 32 K characters, an entity 1 MiB."""

from collections.abc import Mapping
from typing import Any

from records.errors import RecordsUnavailableError

_LENGTH = 30_000
_MOST = 16


def split(text: str) -> dict[str, Any]:
    """Return the properties that hold a text; raises RecordsUnavailableError for one of more than half a megabyte."""
    parts = [text[begin : begin + _LENGTH] for begin in range(0, len(text), _LENGTH)]
    if len(parts) > _MOST:
        raise RecordsUnavailableError(f"a record of {len(text)} characters is too long")
    return {"chunks": len(parts)} | {f"document{number}": part for number, part in enumerate(parts)}


def joined(entity: Mapping[str, Any]) -> str:
    """Return the text that an entity holds; raises KeyError where some of it is missing."""
    return "".join(entity[f"document{number}"] for number in range(int(entity["chunks"])))
