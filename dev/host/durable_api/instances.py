"""The durable HTTP API's operations on orchestration instances: starting, reading, forgetting."""

import asyncio
import time
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from aiohttp import web
from durabletask.internal import helpers

from dev.host.durable_api import answers
from dev.host.durable_api.payloads import ENDED, history_payload, instance_payload, status_name
from dev.host.durable_api.query_strings import flag, json_text, number, statuses, timestamp, whole_number
from dev.host.engine.engine import Engine
from dev.host.engine.grpc_context import DIRECT_CALL, EngineRefusedError
from dev.host.worker.functions import Functions

_DEFAULT_PAGE = 100


def instance_state(engine: Engine, instance_id: str) -> pb.OrchestrationState | None:
    found = engine.GetInstance(pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=True), DIRECT_CALL)
    return found.orchestrationState if found.exists else None


def instance_shown(engine: Engine, instance_id: str) -> dict[str, Any] | None:
    """What a request for the instance is answered, without one."""
    state = instance_state(engine, instance_id)
    return instance_payload(state) if state else None


class InstanceApi:
    """Each method is one operation; `query` is what every link to an instance ends with."""

    def __init__(self, engine: Engine, functions: Functions, query: str) -> None:
        self._engine = engine
        self._functions = functions
        self._query = query

    async def start(self, request: web.Request, name: str, instance_id: str = "") -> web.Response:
        """Start whatever it is called: that there is no such orchestrator comes out only when it runs."""
        function = self._functions.durable("orchestrationTrigger", name)
        create = pb.CreateInstanceRequest(
            instanceId=instance_id,
            name=function.durable_name if function else name,
            input=helpers.get_string_value(await json_text(request, empty=True)),
        )
        return await self.begin(request, create)

    async def begin(self, request: web.Request, create: pb.CreateInstanceRequest) -> web.Response:
        """Start an instance; answer with links to it, or with its output if asked to wait and it ended in time."""
        try:
            with self._engine.starting(create, DIRECT_CALL) as started:
                await asyncio.sleep(self._engine.limits.start_seconds)
        except EngineRefusedError:
            state = self.state(create.instanceId)
            status = status_name(state.orchestrationStatus) if state else "Pending"
            return answers.error(409, f"An Orchestration instance with the status {status} already exists.")
        return await self._started(request, started.instanceId)

    async def list(self, request: web.Request) -> web.Response:
        query = pb.InstanceQuery(
            runtimeStatus=statuses(request),
            createdTimeFrom=timestamp(request, "createdTimeFrom"),
            createdTimeTo=timestamp(request, "createdTimeTo"),
            maxInstanceCount=whole_number(request, "top") or _DEFAULT_PAGE,
            instanceIdPrefix=helpers.get_string_value(request.query.get("instanceIdPrefix")),
            continuationToken=helpers.get_string_value(request.headers.get(answers.CONTINUATION_HEADER)),
            fetchInputsAndOutputs=flag(request, "showInput", default=True),
        )
        found = self._engine.QueryInstances(pb.QueryInstancesRequest(query=query), DIRECT_CALL)
        return answers.page(
            [instance_payload(state) for state in found.orchestrationState], found.continuationToken.value
        )

    async def get(self, request: web.Request, instance_id: str) -> web.Response:
        state = self.state(instance_id)
        if state is None:
            return web.Response(status=404)
        show_input = flag(request, "showInput", default=True)
        if not show_input:
            state.ClearField("input")
        payload = instance_payload(state)
        if flag(request, "showHistory"):
            snapshot = self._engine.snapshot(instance_id)
            show_output = flag(request, "showHistoryOutput")
            events = snapshot.history if snapshot else []
            payload["historyEvents"] = history_payload(events, show_input=show_input, show_output=show_output)
        if state.orchestrationStatus not in ENDED:
            headers = {"Location": str(request.url), "Retry-After": "5"}
            return web.json_response(payload, status=202, headers=headers)
        failed = state.orchestrationStatus == pb.ORCHESTRATION_STATUS_FAILED
        as_error = failed and flag(request, "returnInternalServerErrorOnFailure")
        return web.json_response(payload, status=500 if as_error else 200)

    async def purge(self, _request: web.Request, instance_id: str) -> web.Response:
        state = self.state(instance_id)
        if state is None and not instance_id.startswith("@"):  # what begins like that may be an entity
            return web.Response(status=404)
        if state and state.orchestrationStatus not in ENDED:
            status = status_name(state.orchestrationStatus)
            return answers.text(412, f"Only an orchestration that has ended can be purged; {instance_id} is {status}")
        purged = self._engine.PurgeInstances(pb.PurgeInstancesRequest(instanceId=instance_id), DIRECT_CALL)
        return web.json_response({"instancesDeleted": purged.deletedInstanceCount})

    async def purge_many(self, request: web.Request) -> web.Response:
        created_from = timestamp(request, "createdTimeFrom")
        if created_from is None:
            return answers.text(400, "Please provide value for 'createdTimeFrom' parameter.")
        chosen = pb.PurgeInstanceFilter(
            createdTimeFrom=created_from,
            createdTimeTo=timestamp(request, "createdTimeTo"),
            runtimeStatus=statuses(request),
        )
        purged = self._engine.PurgeInstances(pb.PurgeInstancesRequest(purgeInstanceFilter=chosen), DIRECT_CALL)
        deleted = purged.deletedInstanceCount
        return web.json_response({"instancesDeleted": deleted}) if deleted else web.Response(status=404)

    def state(self, instance_id: str) -> pb.OrchestrationState | None:
        return instance_state(self._engine, instance_id)

    async def _started(self, request: web.Request, instance_id: str) -> web.Response:
        timeout, interval = number(request, "timeout"), number(request, "pollingInterval")
        if timeout is not None and interval is not None:
            if interval > timeout:
                return answers.error(400, f"Total timeout {timeout:g} should be bigger than retry timeout {interval:g}")
            if await self._ended_within(instance_id, timeout, interval):
                return self._ended(instance_id)
        base_url = f"{request.url.origin()}/runtime/webhooks/durabletask"
        return answers.started(instance_id, base_url, self._query)

    def _ended(self, instance_id: str) -> web.Response:
        state = self.state(instance_id)
        if state is None:
            return web.Response(status=404)
        completed = state.orchestrationStatus == pb.ORCHESTRATION_STATUS_COMPLETED
        payload = instance_payload(state)
        return web.json_response(payload["output"] if completed else payload)

    async def _ended_within(self, instance_id: str, seconds: float, interval: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            state = self.state(instance_id)
            if state and state.orchestrationStatus in ENDED:
                return True
            if (remaining := deadline - time.monotonic()) <= 0:
                return False
            await asyncio.sleep(min(interval, remaining))
