"""Crashes on request: at which invocations the worker is to die, so that tests see what redelivery does."""

import threading
from dataclasses import dataclass
from typing import Literal

Moment = Literal["before", "during", "after"]
"""As it gets an invocation; while it is at it; when it has done it, and before its result counts."""

Victim = Literal["worker", "host"]


@dataclass
class _Wish:
    function: str
    moment: Moment
    about: str
    times: int
    host: bool


class CrashPlan:
    """Counts down the crashes asked for. Thread-safe: tests ask from another thread than the host's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wishes: list[_Wish] = []

    def add(self, function_name: str, moment: Moment, times: int, about: str = "", *, host: bool = False) -> None:
        """Every word of `about` has to be in what an invocation is about. With `host` the whole host dies."""
        with self._lock:
            self._wishes.append(_Wish(function_name.lower(), moment, about.lower(), times, host))

    def take(self, names: set[str], moment: Moment, about: str = "") -> Victim | None:
        """Who dies now, if anybody; each answer uses up one of the times asked for."""
        known, said = {name.lower() for name in names}, about.lower()
        with self._lock:
            meant = (one for one in self._wishes if one.function in known and one.moment == moment and one.times > 0)
            wish = next((one for one in meant if all(word in said for word in one.about.split())), None)
            if wish is None:
                return None
            wish.times -= 1
            return "host" if wish.host else "worker"

    def pending(self, about: str = "") -> int:
        """How many of the crashes asked for have not happened yet; with `about`, of those that are about just that."""
        with self._lock:
            return sum(wish.times for wish in self._wishes if about.lower() in {"", wish.about})
