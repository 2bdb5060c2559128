"""Waiting for a condition, with a deadline, for what happens on another thread or in another process."""

import time
from collections.abc import Callable


def eventually[Value](condition: Callable[[], Value], timeout_seconds: float = 5) -> Value:
    """The first true value of the condition."""
    deadline = time.monotonic() + timeout_seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not so within {timeout_seconds} s"
        time.sleep(0.05)
    return value
