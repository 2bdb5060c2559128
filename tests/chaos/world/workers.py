"""The worker process that runs the app's functions: what it is doing, and its death, which takes all of that with it.

There is one at a time. The next one remembers nothing of what this one has read.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, Literal, NamedTuple

from dev.emulator.front_door.gateway import RawCall
from tests.chaos.trace import Trace

type When = Literal["before", "after"]
_LIFE: ContextVar[int] = ContextVar("life", default=0)


class Death(NamedTuple):
    """One that is to come: of the n-th call from now of this method on such a path, before or after it took effect."""

    when: When
    method: str
    path: str
    left: int

    def counts(self, when: When, call: RawCall) -> bool:
        return (
            when == self.when
            and self.method in ("*", call.method)
            and re.search(self.path, call.path, re.IGNORECASE) is not None
        )


class WorkerDiedError(Exception):
    """Nobody answers: the process is gone."""


class Workers:
    """Runs what the platform gives it; of a dead one nothing goes on, not even its last words."""

    def __init__(self, trace: Trace, begins: Callable[[], None]) -> None:
        self._trace, self._begins = trace, begins
        self._life = 0
        self._under_way: list[asyncio.Task[Any]] = []
        self._to_come: list[Death] = []

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

    def is_to_die(self, when: When, method: str = "*", path: str = "", calls: int = 1) -> None:
        """Have it die of one of its next calls; any method is `*`, `path` is a regular expression."""
        self._to_come.append(Death(when, method, path, calls))

    def lives_on(self) -> None:
        """No death is to come any more."""
        self._to_come.clear()

    def die(self) -> None:
        """Now, with all it was doing."""
        self._trace.note("worker died", doing=len(self._under_way))
        self._life += 1
        for task in self._under_way:
            task.cancel()
        self._begins()

    def about_to(self, call: RawCall) -> None:
        """Before a call goes out; that of a dead worker does not."""
        self._require_life()
        self._count_down("before", call)

    def has_done(self, call: RawCall) -> None:
        """After a call took effect; nobody of a dead worker hears of it."""
        self._count_down("after", call)

    def _count_down(self, when: When, call: RawCall) -> None:
        waiting, dies = [], False
        for death in self._to_come:
            left = death.left - death.counts(when, call)
            dies = dies or left <= 0
            waiting += [death._replace(left=left)] if left > 0 else []
        self._to_come = waiting
        if dies and _LIFE.get() == self._life:
            self._trace.note("last call", when=when, method=call.method, path=call.path)
            self.die()
            self._require_life()

    def _require_life(self) -> None:
        if _LIFE.get() != self._life:
            raise asyncio.CancelledError
