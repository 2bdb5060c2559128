"""The words of a `$filter`: parentheses, names and operators, constants with their types."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dev.emulator.storage import moments
from dev.emulator.storage.errors import INVALID_QUERY, StorageError
from dev.emulator.storage.values import Edm, Value

_WORD = re.compile(
    r"""\s*(?:
        (?P<bracket>[()])
      | (?P<prefix>datetime|guid|binary|X)?'(?P<quoted>(?:[^']|'')*)'
      | (?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?P<suffix>[LlDdFf]?)(?!\w)
      | (?P<name>[^\W\d]\w*)
    )\s*""",
    re.VERBOSE,
)
_QUOTED: dict[str | None, tuple[Edm, Callable[[str], Any]]] = {
    None: (Edm.STRING, str),
    "datetime": (Edm.DATETIME, moments.ticks_in),
    "guid": (Edm.GUID, lambda text: str(uuid.UUID(text))),
    "binary": (Edm.BINARY, bytes.fromhex),
    "X": (Edm.BINARY, bytes.fromhex),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A constant has a `value`; everything else is its `text`."""

    text: str
    value: Value | None = None

    @property
    def is_name(self) -> bool:
        return self.value is None and self.text not in ("(", ")")


def words_in(text: str) -> list[Word]:
    """All words of a filter; raises StorageError."""
    words, at = [], 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise StorageError(INVALID_QUERY)
        words.append(_word(found))
        at = found.end()
    return words


def _word(found: re.Match[str]) -> Word:
    try:
        if found["number"]:
            return Word(found["number"], _number(found["number"], found["suffix"].upper()))
        if found["quoted"] is not None:
            edm, read = _QUOTED[found["prefix"]]
            return Word("", Value(edm, read(found["quoted"].replace("''", "'"))))
    except ValueError as problem:
        raise StorageError(INVALID_QUERY) from problem
    if found["name"] in ("true", "false"):
        return Word("", Value(Edm.BOOLEAN, found["name"] == "true"))
    return Word(found["bracket"] or found["name"])


def _number(digits: str, suffix: str) -> Value:
    whole = digits.lstrip("+-").isdigit()
    if suffix == "L":
        return Value(Edm.INT64, int(digits))
    if suffix or not whole:
        return Value(Edm.DOUBLE, float(digits))
    return Value(Edm.INT32 if -(2**31) <= int(digits) < 2**31 else Edm.INT64, int(digits))
