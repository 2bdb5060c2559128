"""Timer triggers: one task per function, which waits, invokes, and only then looks for the next occurrence."""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from dev.host.settings import resolve
from dev.host.triggers.ncrontab import Schedule, parse_schedule
from dev.host.worker.functions import Function, Functions
from dev.host.worker.invocations import FunctionFailedError, Invoker
from dev.host.worker.process import WorkerDiedError

_log = logging.getLogger(__name__)


class Timers:
    """All timer-triggered functions. Occurrences are in UTC and in memory: there is no past due after a start."""

    def __init__(self, functions: Functions, invoker: Invoker, app_settings: Mapping[str, str]) -> None:
        self._invoker = invoker
        self._tasks: list[asyncio.Task[None]] = []
        self._schedules = [
            (one, parse_schedule(resolve(str(one.trigger["schedule"]), app_settings)))
            for one in functions.listening("timerTrigger")
        ]

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._keep(*entry)) for entry in self._schedules]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def next_occurrences(self) -> dict[str, datetime]:
        now = datetime.now(UTC)
        return {one.name: schedule.next_after(now) for one, schedule in self._schedules}

    async def _keep(self, function: Function, schedule: Schedule) -> None:
        last = None
        if function.trigger.get("runOnStartup"):
            last = datetime.now(UTC)
            await self._fire(function, None, schedule.next_after(last))
        due = schedule.next_after(datetime.now(UTC))
        while True:
            await asyncio.sleep((due - datetime.now(UTC)).total_seconds())
            await self._fire(function, last, schedule.next_after(due))
            last, due = due, schedule.next_after(max(due, datetime.now(UTC)))

    async def _fire(self, function: Function, last: datetime | None, following: datetime) -> None:
        try:
            await self._invoker.invoke(function, timer_value(last, following))
        except (FunctionFailedError, WorkerDiedError) as error:
            _log.warning("Timer function '%s' failed: %s", function.name, error)


def timer_value(last: datetime | None, following: datetime | None) -> dict[str, str]:
    """The timer's information as the trigger gives it to the function."""
    moments = {"Last": last, "Next": following, "LastUpdated": last}
    status = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    value = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": status, "IsPastDue": False}
    return {"json": json.dumps(value)}
