"""The host of one app: puts engine, worker, scheduler, timers and HTTP server together, starts and stops them."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from dev.host.durable_api.api import DurableApi
from dev.host.durable_api.instances import instance_shown
from dev.host.engine.clock import SystemClock
from dev.host.engine.engine import Engine
from dev.host.engine.limits import Limits
from dev.host.front.keys import Keys
from dev.host.front.server import Server
from dev.host.running.banner import Whereabouts, describe
from dev.host.settings import is_disabled, read_settings
from dev.host.triggers.by_hand import AdminApi
from dev.host.triggers.durable_work import DurableScheduler
from dev.host.triggers.event_grid import EventGridWebhook
from dev.host.triggers.http_trigger import HttpFront
from dev.host.triggers.timers import Timers
from dev.host.worker.crash import Moment
from dev.host.worker.functions import Functions
from dev.host.worker.invocations import Invoker
from dev.host.worker.process import WorkerCommand


@dataclass(frozen=True)
class HostOptions:
    """What to run and how. `log` takes the worker's output and the requests' paths; None: only the former, to ours."""

    app_dir: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    keys: Keys = field(default_factory=Keys)
    log: IO[bytes] | None = None
    limits: Limits = field(default_factory=Limits)


class Host:
    """Belongs to one event loop. `failed` is set when the host cannot go on."""

    def __init__(self, options: HostOptions) -> None:
        self.keys = options.keys
        self.settings = read_settings(options.app_dir, options.environment)
        self._server = Server(options.port, options.log)
        self._engine = Engine(SystemClock(), self.settings.within(options.limits))
        environment = self._environment(options)
        command = WorkerCommand(options.app_dir, environment, options.log)
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._invoker = Invoker(command, self.settings.function_timeout, self._fail)
        self._known_settings = {**os.environ, **environment}
        self._scheduler: DurableScheduler | None = None
        self._timers: Timers | None = None
        self._rpc_port: int | None = None
        self._falling = asyncio.Lock()
        self._falls: list[asyncio.Future[None]] = []
        self.banner = ""

    @property
    def url(self) -> str:
        return self._server.url

    async def start(self) -> None:
        """Load the app and serve it. Raises AppLoadError with the app's own traceback."""
        functions = await self._invoker.start()
        functions.disable(lambda name: is_disabled(name, self._known_settings))
        self._rpc_port = self._rpc_port or self._engine.serve()
        self._invoker.client_binding = self._client_binding(self._rpc_port)
        front = HttpFront(functions.triggered_by("httpTrigger"), self._invoker, self.keys, self.settings.route_prefix)
        self._server.route(
            front=front.handle,
            admin=AdminApi(functions, self._invoker, self.keys).handle,
            webhooks={
                "durabletask": DurableApi(self._engine, functions, self.keys, self.settings.hub_name).handle,
                "eventgrid": EventGridWebhook(functions, self._invoker, self.keys).handle,
            },
            keys=self.keys,
        )
        self._start_background(functions)
        await self._server.start()
        here = Whereabouts(self.url, self.keys, self.settings.hub_name, self.event_grid_url)
        self.banner = describe(here, functions, front)

    def _start_background(self, functions: Functions) -> None:
        self._timers = Timers(functions, self._invoker, self._known_settings)
        self._scheduler = DurableScheduler(self._engine, functions, self._invoker, self.settings)
        self._timers.start()
        self._scheduler.start()

    async def fall_over(self, hidden: timedelta | None) -> None:
        """Die, as the whole host may, and be started again. Instances, timers and messages are the engine's and stay,
        as in the storage of Azure; what was taken is visible again later. `hidden` None: all of that is lost.
        """
        async with self._falling:
            taken = await self._scheduler.stop() if self._scheduler else []
            await self._invoker.stop(at_once=True)
            if self._timers:
                await self._timers.stop()
            await self._server.pause()
            self._engine.outlive(taken, hidden)
            await self.start()

    async def stop(self) -> None:
        await asyncio.gather(*self._falls, return_exceptions=True)  # who is down comes up first
        await self._server.stop()
        for part in (self._timers, self._scheduler, self._invoker):
            if part:
                await part.stop()
        self._engine.close()

    def instance(self, instance_id: str) -> dict[str, Any] | None:
        return instance_shown(self._engine, instance_id)

    def crash_worker_on(self, function_name: str, when: Moment, times: int, about: str) -> None:
        self._invoker.crashes.add(function_name, when, times, about)

    def fall_over_on(self, function_name: str, when: Moment, hidden: timedelta | None, about: str) -> None:
        self._invoker.host_falls = lambda: self._falls.append(asyncio.ensure_future(self.fall_over(hidden)))
        self._invoker.crashes.add(function_name, when, 1, about, host=True)

    def pending_crashes(self, about: str) -> int:
        return self._invoker.crashes.pending(about)

    def event_grid_url(self, function_name: str) -> str:
        query = f"functionName={quote(function_name)}&code={quote(self.keys.event_grid)}"
        return f"{self.url}/runtime/webhooks/eventgrid?{query}"

    def _environment(self, options: HostOptions) -> dict[str, str]:
        """What Azure sets, then local.settings.json, then what the caller wants."""
        platform = {
            "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
            "AzureWebJobsScriptRoot": str(options.app_dir),
            "FUNCTIONS_WORKER_RUNTIME": "python",
            "WEBSITE_HOSTNAME": f"127.0.0.1:{self._server.port}",
        }
        return platform | dict(self.settings.app_settings) | dict(options.environment)

    def _client_binding(self, rpc_port: int) -> str:
        """What functions with a durable client binding receive."""
        hub = self.settings.hub_name
        base_url = f"{self.url}/runtime/webhooks/durabletask"
        binding = {
            "taskHubName": hub,
            "baseUrl": base_url,
            "httpBaseUrl": base_url,
            "rpcBaseUrl": f"http://127.0.0.1:{rpc_port}",
            "requiredQueryStringParameters": f"code={self.keys.durable}",
            "maxGrpcMessageSizeInBytes": self._engine.limits.message_bytes,
        }
        return json.dumps(binding)

    def _fail(self, error: BaseException) -> None:
        if not self.failed.done():
            self.failed.set_exception(error)
