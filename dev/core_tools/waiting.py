"""Waiting for a program to come up: asked often, and not for ever."""

import time
from collections.abc import Callable

_LOOK_EVERY_SECONDS = 0.2


def wait_until(condition: Callable[[], bool], seconds: float, problem: str) -> None:
    """Return once the condition is true. Raises TimeoutError, which says what the problem is."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{problem} within {seconds:g} s")
        time.sleep(_LOOK_EVERY_SECONDS)
