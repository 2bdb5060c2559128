"""How a property may look: a small language for the table of resource types, and what is wrong with a value.

A field whose name ends in `!` is required. A list holds one shape for all its items. What Azure makes is text to us.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.infra.bicep.functions import Runtime

type Shape = Any  # str, int, bool; a dict of fields; a list of one shape; or one of the classes below
ANY = object()


@dataclass(frozen=True)
class Words:
    """One of these texts."""

    allowed: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """A whole number from `least` to `most`."""

    least: int
    most: int


@dataclass(frozen=True)
class Like:
    """A text of this pattern."""

    pattern: str


@dataclass(frozen=True)
class Map:
    """An object with names of one pattern, all of one shape, besides `fields`."""

    names: str
    of: Shape
    fields: dict[str, Shape] = field(default_factory=dict)


@dataclass(frozen=True)
class OrNull:
    """The shape, or null."""

    shape: Shape


@dataclass(frozen=True)
class Only:
    """This value and no other."""

    value: Any


def words(*allowed: str) -> Words:
    return Words(allowed)


def wrong(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """What does not fit, each with its path."""
    if isinstance(shape, OrNull):
        yield from () if value is None else wrong(value, shape.shape, path)
    elif isinstance(shape, dict):
        yield from _fields(value, shape, path)
    elif isinstance(shape, Map):
        yield from _map(value, shape, path)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path} is no list: {value!r}"
            return
        for number, item in enumerate(value):
            yield from wrong(item, shape[0], f"{path}[{number}]")
    elif shape is not ANY and not _fits(value, shape):
        yield f"{path} is no {getattr(shape, '__name__', shape)}: {value!r}"


def _fits(value: Any, shape: Shape) -> bool:
    if isinstance(shape, Words):
        return value in shape.allowed
    if isinstance(shape, Only):
        return value is shape.value
    if isinstance(shape, Between):
        return type(value) is int and shape.least <= value <= shape.most
    if isinstance(shape, Like):
        return isinstance(value, Runtime) or (isinstance(value, str) and re.fullmatch(shape.pattern, value) is not None)
    return isinstance(value, str) if shape is str else type(value) is shape


def _fields(value: Any, shape: dict[str, Shape], path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no object: {value!r}"
        return
    known = {name.rstrip("!"): one for name, one in shape.items()}
    yield from (f"{path}.{name} is not known" for name in value if name not in known)
    yield from (f"{path}.{name[:-1]} is missing" for name in shape if name.endswith("!") and name[:-1] not in value)
    for name in value.keys() & known.keys():
        yield from wrong(value[name], known[name], f"{path}.{name}")


def _map(value: Any, shape: Map, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no object: {value!r}"
        return
    own = {name.rstrip("!") for name in shape.fields}
    yield from _fields({name: one for name, one in value.items() if name in own}, shape.fields, path)
    for name in value.keys() - own:
        if not re.fullmatch(shape.names, name):
            yield f"{path}.{name} is not known"
        yield from wrong(value[name], shape.of, f"{path}.{name}")
