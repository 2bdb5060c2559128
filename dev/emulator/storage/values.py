"""One property of an entity: its type in the service's terms (Edm), its size, and how it is written in JSON."""

import base64
import binascii
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dev.emulator.storage import moments
from dev.emulator.storage.errors import INVALID_INPUT, OUT_OF_RANGE, VALUE_TOO_LARGE, StorageError

_LARGEST_BYTES = 64 * 1024
_EARLIEST_TICKS = moments.ticks_in("1601-01-01T00:00:00Z")


class Edm(StrEnum):
    """The types an entity's properties may have."""

    STRING = "Edm.String"
    INT32 = "Edm.Int32"
    INT64 = "Edm.Int64"
    DOUBLE = "Edm.Double"
    BOOLEAN = "Edm.Boolean"
    DATETIME = "Edm.DateTime"
    GUID = "Edm.Guid"
    BINARY = "Edm.Binary"


_NUMBERS = frozenset({Edm.INT32, Edm.INT64, Edm.DOUBLE})
_FIXED_BYTES = {Edm.INT32: 4, Edm.INT64: 8, Edm.DOUBLE: 8, Edm.BOOLEAN: 1, Edm.DATETIME: 8, Edm.GUID: 16}
_IN_JSON = {bool: Edm.BOOLEAN, int: Edm.INT32, float: Edm.DOUBLE, str: Edm.STRING}
_PLAIN_IN_JSON = frozenset({Edm.STRING, Edm.INT32, Edm.BOOLEAN})


@dataclass(frozen=True, slots=True)
class Value:
    """`plain` is comparable: str, int, float, bool or bytes; a DateTime is its ticks, a Guid its text."""

    edm: Edm
    plain: Any

    @property
    def size_bytes(self) -> int:
        """As the service counts it towards the size of the entity."""
        return _FIXED_BYTES.get(self.edm) or 4 + self._length_bytes()

    def comparable_with(self, other: "Value") -> bool:
        return self.edm == other.edm or {self.edm, other.edm} <= _NUMBERS

    def written(self) -> tuple[Any, Edm | None]:
        """The JSON value, and the type to note beside it where JSON alone does not say it."""
        match self.edm:
            case Edm.INT64:
                return str(self.plain), self.edm
            case Edm.DOUBLE:
                return (self.plain, None) if math.isfinite(self.plain) else (_NOT_FINITE[str(self.plain)], self.edm)
            case Edm.DATETIME:
                return moments.text_of(self.plain), self.edm
            case Edm.BINARY:
                return base64.b64encode(self.plain).decode(), self.edm
        return self.plain, None if self.edm in _PLAIN_IN_JSON else self.edm

    def require_storable(self) -> None:
        if self.edm in (Edm.STRING, Edm.BINARY) and self._length_bytes() > _LARGEST_BYTES:
            raise StorageError(VALUE_TOO_LARGE)
        if self.edm is Edm.DATETIME and self.plain < _EARLIEST_TICKS:
            raise StorageError(OUT_OF_RANGE)

    def _length_bytes(self) -> int:
        return len(self.plain) if self.edm is Edm.BINARY else utf16_bytes(self.plain)


_NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def utf16_bytes(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass"))


def value_in(sent: Any, type_name: str | None) -> Value:
    """What a client has sent, with the type noted beside it, if any; raises StorageError."""
    try:
        edm = Edm(type_name) if type_name else _IN_JSON[type(sent)]
        return Value(edm, _READ[edm](sent))
    except (KeyError, ValueError, TypeError, OverflowError) as problem:
        raise StorageError(INVALID_INPUT) from problem


def _string(sent: Any) -> str:
    if not isinstance(sent, str):
        raise TypeError("a string is expected")
    return sent


def _integer(bits: int) -> Callable[[Any], int]:
    def read(sent: Any) -> int:
        number = int(sent)
        if isinstance(sent, (bool, float)) or not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
            raise ValueError(f"not an integer of {bits} bits")
        return number

    return read


def _boolean(sent: Any) -> bool:
    if sent in ("true", "false"):
        return bool(sent == "true")
    if not isinstance(sent, bool):
        raise TypeError("true or false is expected")
    return sent


def _binary(sent: Any) -> bytes:
    try:
        return base64.b64decode(_string(sent), validate=True)
    except binascii.Error as problem:
        raise ValueError("not base64") from problem


_READ: dict[Edm, Callable[[Any], Any]] = {
    Edm.STRING: _string,
    Edm.INT32: _integer(32),
    Edm.INT64: _integer(64),
    Edm.DOUBLE: float,
    Edm.BOOLEAN: _boolean,
    Edm.DATETIME: lambda sent: moments.ticks_in(_string(sent)),
    Edm.GUID: lambda sent: str(uuid.UUID(_string(sent))),
    Edm.BINARY: _binary,
}
