"""A safeguard of the app, and how to undo it for as long as a schedule is played.

What a function is given or says is changed on its way, so that the rest of it stays as it is shipped. Where nothing
would have been changed in a whole schedule, that schedule goes the same with the safeguard and without it: it need not
be played again (`on_watch`).
"""

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, NamedTuple

import pytest

from tests.chaos.world.seeded import complete_process

type Said = Callable[..., Any]
type Given = Callable[..., tuple[Any, ...]]
_SHIPPED = ("activities", "arm", "hub", "migration", "notifying", "orchestrators", "records", "steering", "triggers")


class Change(NamedTuple):
    """What is changed of a function, named as `module:name` or `module:Class.name`.

    `said` gets what it says, or the error that it raises, and then its arguments, and returns what is said instead, an
    error to be raised, or something to await for it. `given` gets its arguments and returns those it gets instead.
    """

    where: str
    said: Said | None = None
    given: Given | None = None


class Safeguard(NamedTuple):
    """`name` says what no longer holds without it."""

    name: str
    changes: tuple[Change, ...]


@contextmanager
def without(safeguard: Safeguard) -> Iterator[None]:
    """Have the app run without a safeguard."""
    with _patched() as patch:
        for change in safeguard.changes:
            _put(patch, change, partial(_changed, change=change, note=None))
        yield


@contextmanager
def on_watch(safeguards: Iterable[Safeguard]) -> Iterator[set[str]]:
    """Have the app run as it is; yields the names of safeguards without which anything would have gone otherwise."""
    mattered: set[str] = set()
    with _patched() as patch:
        for one in safeguards:
            for change in one.changes:
                _put(patch, change, partial(_changed, change=change, note=partial(mattered.add, one.name)))
        yield mattered


@contextmanager
def _patched() -> Iterator[pytest.MonkeyPatch]:
    complete_process()
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _put(patch: pytest.MonkeyPatch, change: Change, make: Callable[[Any], Any]) -> None:
    """Put another function in the place of one, wherever a module of the app has it."""
    module, _, name = change.where.partition(":")
    holder: Any = importlib.import_module(module)
    if "." in name:
        kind, _, name = name.partition(".")
        holder = getattr(holder, kind)
        patch.setattr(holder, name, make(getattr(holder, name)))
        return
    original = getattr(holder, name)
    made = make(original)
    for one in list(sys.modules.values()):
        if getattr(one, "__name__", "").partition(".")[0] not in _SHIPPED:
            continue
        for known in [known for known, value in vars(one).items() if value is original]:
            patch.setattr(one, known, made)


def _changed(original: Callable[..., Any], change: Change, note: Callable[[], Any] | None) -> Callable[..., Any]:
    """Return the function as changed; with `note` as it is, telling where the change would have made a difference."""
    door = _Door(change, note)
    if inspect.iscoroutinefunction(original):

        @wraps(original)
        async def later(*some: Any, **named: Any) -> Any:
            some = door.entered(some, named)
            try:
                said = await original(*some, **named)
            except Exception as error:  # noqa: BLE001 - it is what is changed, or raised again
                said = error
            said = door.left(said, some, named)
            return _or_raised(await said if inspect.isawaitable(said) else said)

        return later

    @wraps(original)
    def at_once(*some: Any, **named: Any) -> Any:
        some = door.entered(some, named)
        try:
            said = original(*some, **named)
        except Exception as error:  # noqa: BLE001 - it is what is changed, or raised again
            said = error
        return _or_raised(door.left(said, some, named))

    return at_once


class _Door(NamedTuple):
    """What is changed on the way into a function and out of it; or only noted, where there is a `note`."""

    change: Change
    note: Callable[[], Any] | None

    def entered(self, some: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        if self.change.given is None:
            return some
        other = self.change.given(*some, **named)
        if self.note is None:
            return other
        if other != some:
            self.note()
        return some

    def left(self, said: Any, some: tuple[Any, ...], named: dict[str, Any]) -> Any:
        other = self.change.said(said, *some, **named) if self.change.said else said
        if self.note is None or other is said:
            return other
        if inspect.iscoroutine(other):
            self.note()
            other.close()
        elif type(other) is not type(said) or other != said:
            self.note()
        return said


def _or_raised(said: Any) -> Any:
    if isinstance(said, Exception):
        raise said
    return said
