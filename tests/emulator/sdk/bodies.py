"""Request bodies as a model allows them, for tests that send whatever may be sent."""

import string
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, get_args, get_origin

from hypothesis import strategies as st

from tests.emulator.sdk.fields import fields_of, is_enum

_WORDS = st.sampled_from(["eastus2", "West US 2", "ubuntu-web", "1.0.0", "V2", "/disks/d"]) | st.text(max_size=12)
_NAMES = st.text(string.ascii_letters, min_size=1, max_size=8)
_PLAIN = {
    str: _WORDS,
    bool: st.booleans(),
    int: st.integers(0, 5000) | st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    timedelta: st.sampled_from(["PT0S", "PT5M", "P3D"]),
    Any: st.none() | st.booleans() | _WORDS,
}
_PLACES = st.sampled_from(["eastus2", "West US 2", "nowhere"])
_OPTIONAL = 5


@cache
def bodies(shape):
    """Everything that is required and some of the rest, nothing read-only."""
    kind = get_origin(shape) or shape
    if kind is list:
        return st.lists(st.deferred(lambda: bodies(get_args(shape)[0])), max_size=3)
    if kind is dict:
        return st.dictionaries(_NAMES, st.deferred(lambda: bodies(get_args(shape)[1])), max_size=3)
    if is_enum(kind):
        return st.sampled_from([word.value for word in kind])
    return _PLAIN[kind] if kind in _PLAIN else _objects(fields_of(kind))


def _objects(fields):
    ours = {name: _field(name, field) for name, field in fields.items() if not field.read_only}
    required = [name for name in ours if fields[name].required]
    others = st.lists(st.sampled_from([*ours]), unique=True, max_size=_OPTIONAL) if ours else st.just([])
    return others.flatmap(
        lambda some: st.fixed_dictionaries({name: ours[name] for name in ours if name in required or name in some})
    )


def _field(name, field):
    return _PLACES if name == "location" else st.deferred(lambda: bodies(field.type))
