"""The worker process that runs the app's functions: what it is doing, and its death, which takes all of that with it.

There is one at a time. The next one remembers nothing of what this one has read.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

from tests.chaos.trace import Trace

_LIFE: ContextVar[int] = ContextVar("life", default=0)


class WorkerDiedError(Exception):
    """Nobody answers: the process is gone."""


class Workers:
    """Runs what the platform gives it; of a dead one nothing goes on, not even its last words."""

    def __init__(self, trace: Trace, begins: Callable[[], None]) -> None:
        self._trace, self._begins = trace, begins
        self._life = 0
        self._under_way: list[asyncio.Task[Any]] = []

    @property
    def is_idle(self) -> bool:
        return not self._under_way

    async def run[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the worker that lives now; raises WorkerDiedError where it dies of it, or meanwhile."""
        life = self._life

        async def lived() -> Result:
            _LIFE.set(life)
            return await work

        task = asyncio.create_task(lived())
        self._under_way.append(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self._life == life:
                raise
            raise WorkerDiedError from None
        finally:
            self._under_way.remove(task)

    def die(self) -> None:
        """Now, with all it was doing."""
        self._trace.note("worker died", doing=len(self._under_way))
        self._life += 1
        for task in self._under_way:
            task.cancel()
        self._begins()

    def require_life(self) -> None:
        """Let nobody of a dead worker go on."""
        if _LIFE.get() != self._life:
            raise asyncio.CancelledError
