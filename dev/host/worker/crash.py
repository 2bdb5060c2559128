"""Crashes on request: at which invocations the worker is to die, so that tests see what redelivery does."""

import threading
from dataclasses import dataclass
from typing import Literal

Moment = Literal["before", "during", "after"]
"""As it gets an invocation; while it is at it; when it has done it, and before its result counts."""


@dataclass
class _Wish:
    function: str
    moment: Moment
    about: str
    times: int


class CrashPlan:
    """Counts down the crashes asked for. Thread-safe: tests ask from another thread than the host's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wishes: list[_Wish] = []

    def add(self, function_name: str, moment: Moment, times: int, about: str = "") -> None:
        """`about` has to be in what an invocation is about: an instance's id, or what a trigger brings. Empty: any."""
        with self._lock:
            self._wishes.append(_Wish(function_name.lower(), moment, about.lower(), times))

    def take(self, names: set[str], moment: Moment, about: str = "") -> bool:
        """Whether the worker dies now; each yes uses up one of the times asked for."""
        known = {name.lower() for name in names}
        with self._lock:
            for wish in self._wishes:
                if wish.function in known and wish.moment == moment and wish.about in about.lower() and wish.times > 0:
                    wish.times -= 1
                    return True
            return False

    def pending(self, about: str = "") -> int:
        """How many of the crashes asked for have not happened yet; with `about`, of those that are about just that."""
        with self._lock:
            return sum(wish.times for wish in self._wishes if about.lower() in {"", wish.about})
