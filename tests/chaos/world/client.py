"""The durable client that a world hands to the app's functions: its calls take their time, and find the hub away."""

import asyncio
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import grpc
from durabletask.client import OrchestrationState, new_orchestration_state

from dev.host.engine.grpc_context import EngineRefusedError
from tests.chaos.trace import Trace
from tests.chaos.world.hub import Hub
from tests.support.fakes.fake_hub import grpc_error


class HubClient:
    """As much of Microsoft's as the app needs. `unanswered` calls from now on get no answer, and take effect or not."""

    def __init__(self, hub: Hub, trace: Trace, numbers: random.Random) -> None:
        self._hub, self._trace, self._numbers = hub, trace, numbers
        self.unanswered = 0
        self.takes_effect = False

    async def get_orchestration_state(
        self, instance_id: str, *, fetch_payloads: bool = True
    ) -> OrchestrationState | None:
        look = partial(self._hub.state, instance_id, with_payloads=fetch_payloads)
        found = await self._call("state", instance_id, look)
        return new_orchestration_state(instance_id, found)

    async def schedule_new_orchestration(self, name: str, *, input: Any, instance_id: str) -> None:  # noqa: A002 - its own
        await self._call("start", instance_id, lambda: self._hub.start(name, input, instance_id))

    async def raise_orchestration_event(self, instance_id: str, event: str, *, data: Any) -> None:
        await self._call(f"event {event}", instance_id, lambda: self._hub.raise_event(instance_id, event, data))

    async def purge_orchestration(self, instance_id: str) -> None:
        await self._call("purge", instance_id, lambda: self._hub.purge(instance_id))

    async def _call[Result](self, what: str, instance_id: str, call: Callable[[], Result]) -> Result:
        await asyncio.sleep(self._numbers.randint(1, 10) / 1000)
        fails = self.unanswered > 0
        self.unanswered -= fails
        if fails and not self.takes_effect:
            self._trace.note("hub", call=what, instance=instance_id, answer="none")
            raise grpc_error(grpc.StatusCode.UNAVAILABLE)
        try:
            result = call()
        except EngineRefusedError as refused:
            self._trace.note("hub", call=what, instance=instance_id, answer=refused.code.name)
            raise grpc_error(refused.code) from refused
        self._trace.note("hub", call=what, instance=instance_id, answer="lost" if fails else "ok")
        if fails:
            raise grpc_error(grpc.StatusCode.UNAVAILABLE)
        return result
