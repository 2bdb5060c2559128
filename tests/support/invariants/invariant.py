"""What an invariant is: a sentence, and a function that finds where a scene breaks it."""

import inspect
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.support.invariants.scene import Scene


class Violation(NamedTuple):
    """Where a scene breaks an invariant: its name, its sentence, and what was found."""

    invariant: str
    sentence: str
    found: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.found}\n    must hold: {self.sentence}"


class Invariant(NamedTuple):
    """`find` yields a text for each breach. One that holds `at_end` alone may be broken while work is under way."""

    find: Callable[[Scene], Iterator[str]]
    at_end: bool = False

    @property
    def name(self) -> str:
        return self.find.__name__

    @property
    def sentence(self) -> str:
        return " ".join((inspect.getdoc(self.find) or "").split())
