"""Waiting for a condition, with a deadline, for what happens on another thread or in another process."""

import time
from collections.abc import Callable
from typing import Literal

BUSY_MACHINE_SECONDS = 90  # only a failure takes that long


def eventually[Value](condition: Callable[[], Value | Literal[False] | None], timeout_seconds: float = 5) -> Value:
    """The first true value of the condition. It takes `timeout_seconds` at most, except on a machine that is busy."""
    started = time.monotonic()
    while not (value := condition()):
        waited = time.monotonic() - started
        assert waited < max(timeout_seconds, BUSY_MACHINE_SECONDS), f"not so after {waited:.0f} s"
        time.sleep(min(max(0.05, waited / 10), 0.5))  # what takes long is asked for less often
    return value
