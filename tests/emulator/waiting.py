"""Waiting for a condition, with a deadline, for what happens on another thread or in another process."""

import time
from collections.abc import Callable

BUSY_MACHINE_SECONDS = 90  # only a failure takes that long


def eventually[Value](condition: Callable[[], Value], timeout_seconds: float = 5) -> Value:
    """The first true value of the condition. It takes `timeout_seconds` at most, except on a machine that is busy."""
    deadline = time.monotonic() + max(timeout_seconds, BUSY_MACHINE_SECONDS)
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not so within {max(timeout_seconds, BUSY_MACHINE_SECONDS)} s"
        time.sleep(0.05)
    return value
