"""Crashes on request: at which invocations the worker is to die, so that tests see what redelivery does."""

import threading
from collections import Counter
from typing import Literal

Moment = Literal["before", "after"]


class CrashPlan:
    """Counts down the crashes asked for. Thread-safe: tests ask from another thread than the host's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._remaining: Counter[tuple[str, Moment]] = Counter()

    def add(self, function_name: str, moment: Moment, times: int) -> None:
        with self._lock:
            self._remaining[function_name.lower(), moment] += times

    def take(self, names: set[str], moment: Moment) -> bool:
        """Whether the worker dies now; each yes uses up one of the times asked for."""
        with self._lock:
            for name in names:
                if self._remaining[name.lower(), moment] > 0:
                    self._remaining[name.lower(), moment] -= 1
                    return True
            return False

    def pending(self) -> int:
        """How many of the crashes asked for have not happened yet."""
        with self._lock:
            return self._remaining.total()
