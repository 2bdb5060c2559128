"""Where JSON is not as a model says: a key that is unknown or missing, another type, a word of no enumeration."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args, get_origin

import isodate

from tests.emulator.sdk.fields import fields_of, is_enum, variant_of

_TYPES: dict[Any, Any] = {str: str, bool: bool, int: int, float: (int, float), list: list, dict: dict}
_WRITTEN = {datetime: datetime.fromisoformat, timedelta: isodate.parse_duration}


def mistakes_sent(model, body):
    """Of a request, in which nothing is read-only and words may be in any case."""
    return list(_Reading(sent=True).of(model, body, "$"))


def mistakes_answered(model, body, lacking=frozenset()):
    """Of an answer, in an api-version that does not have the fields named here as `Model.field`."""
    return list(_Reading(lacking=lacking).of(model, body, "$"))


@dataclass(frozen=True)
class _Reading:
    """Every mistake begins with its place: `$.tags.a is no str: 1`."""

    sent: bool = False
    lacking: frozenset[str] = frozenset()

    def of(self, shape, value, at):
        kind = get_origin(shape) or shape
        if not self._is_right(kind, value):
            yield f"{at} is no {kind.__name__}: {value!r:.100}"
        elif kind is list:
            for number, item in enumerate(value):
                yield from self.of(get_args(shape)[0], item, f"{at}[{number}]")
        elif kind is dict:
            for name, item in value.items():
                yield from self.of(get_args(shape)[1], item, f"{at}.{name}")
        elif not _is_scalar(kind):
            yield from self._of_object(variant_of(kind, value), value, at)

    def _of_object(self, model, value, at):
        known = {
            name: field for name, field in fields_of(model).items() if f"{model.__name__}.{name}" not in self.lacking
        }
        yield from (f"{at}.{name} is not declared" for name in value if name not in known)
        for name, field in known.items():
            never = self.sent and field.read_only
            if name in value:
                yield from self.of(field.type, value[name], f"{at}.{name}")
                if never:
                    yield f"{at}.{name} is read-only"
            elif field.required and not never:
                yield f"{at}.{name} is missing"

    def _is_right(self, kind, value):
        if kind is Any:
            return True
        if is_enum(kind):
            words = [word.value for word in kind]
            return value in words or (self.sent and str(value).lower() in map(str.lower, words))
        if kind in _WRITTEN:
            return _is_written(_WRITTEN[kind], value)
        return isinstance(value, _TYPES.get(kind, dict)) and isinstance(value, bool) == (kind is bool)


def _is_scalar(kind):
    return kind is Any or kind in _TYPES or kind in _WRITTEN or is_enum(kind)


def _is_written(parse, value):
    try:
        parse(value)
    except (TypeError, ValueError):
        return False
    return True
