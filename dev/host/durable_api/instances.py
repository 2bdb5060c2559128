"""The durable HTTP API's operations on orchestration instances."""

import asyncio
import json
import time

import durabletask.internal.orchestrator_service_pb2 as pb
from aiohttp import web
from durabletask.internal import helpers

from dev.host.durable_api.payloads import (
    history_payload,
    instance_payload,
    started_response,
    status_name,
)
from dev.host.durable_api.query_strings import (
    CONTINUATION_HEADER,
    flag,
    json_text,
    number,
    reason,
    statuses,
    timestamp,
    whole_number,
)
from dev.host.engine.engine import Engine
from dev.host.engine.grpc_context import DIRECT_CALL, EngineRefusedError
from dev.host.worker.functions import Functions

_DEFAULT_PAGE = 100
_ENDED = {
    pb.ORCHESTRATION_STATUS_COMPLETED,
    pb.ORCHESTRATION_STATUS_FAILED,
    pb.ORCHESTRATION_STATUS_TERMINATED,
}


class InstanceApi:
    """Each method is one operation; `query` is what every link to an instance ends with."""

    def __init__(self, engine: Engine, functions: Functions, query: str) -> None:
        self._engine = engine
        self._functions = functions
        self._query = query

    async def start(self, request: web.Request, name: str, instance_id: str = "") -> web.Response:
        function = self._functions.durable("orchestrationTrigger", name)
        if function is None:
            return web.Response(status=400, text=f"The function '{name}' doesn't exist or is no orchestrator")
        create = pb.CreateInstanceRequest(
            instanceId=instance_id, name=function.durable_name, input=helpers.get_string_value(await json_text(request))
        )
        with self._engine.starting(create, DIRECT_CALL) as started:
            await asyncio.sleep(self._engine.limits.start_seconds)
        return await self._started(request, started.instanceId)

    async def list(self, request: web.Request) -> web.Response:
        query = pb.InstanceQuery(
            runtimeStatus=statuses(request),
            createdTimeFrom=timestamp(request, "createdTimeFrom"),
            createdTimeTo=timestamp(request, "createdTimeTo"),
            maxInstanceCount=whole_number(request, "top") or _DEFAULT_PAGE,
            instanceIdPrefix=helpers.get_string_value(request.query.get("instanceIdPrefix")),
            continuationToken=helpers.get_string_value(request.headers.get(CONTINUATION_HEADER)),
            fetchInputsAndOutputs=True,
        )
        found = self._engine.QueryInstances(pb.QueryInstancesRequest(query=query), DIRECT_CALL)
        show_input = flag(request, "showInput", default=True)
        payload = [instance_payload(state, show_input=show_input) for state in found.orchestrationState]
        return web.json_response(payload, headers={CONTINUATION_HEADER: found.continuationToken.value})

    async def get(self, request: web.Request, instance_id: str) -> web.Response:
        state = self._state(instance_id)
        if state is None:
            return web.Response(status=404)
        show_input = flag(request, "showInput", default=True)
        payload = instance_payload(state, show_input=show_input)
        if flag(request, "showHistory"):
            snapshot = self._engine.snapshot(instance_id)
            payload["historyEvents"] = history_payload(
                snapshot.history if snapshot else [],
                show_input=show_input,
                show_output=flag(request, "showHistoryOutput"),
            )
        if state.orchestrationStatus not in _ENDED:
            headers = {"Location": str(request.url), "Retry-After": "5"}
            return web.json_response(payload, status=202, headers=headers)
        failed = state.orchestrationStatus == pb.ORCHESTRATION_STATUS_FAILED
        as_error = failed and flag(request, "returnInternalServerErrorOnFailure")
        return web.json_response(payload, status=500 if as_error else 200)

    async def raise_event(self, request: web.Request, instance_id: str, event: str) -> web.Response:
        if refusal := self._not_running(instance_id):
            return refusal
        if request.content_type != "application/json":
            return web.Response(status=400, text="Only application/json request content is supported")
        raised = pb.RaiseEventRequest(
            instanceId=instance_id, name=event, input=helpers.get_string_value(await json_text(request))
        )
        self._engine.RaiseEvent(raised, DIRECT_CALL)
        return web.Response(status=202)

    async def terminate(self, request: web.Request, instance_id: str) -> web.Response:
        if refusal := self._not_running(instance_id):
            return refusal
        why = request.query.get("reason")
        output = helpers.get_string_value(None if why is None else json.dumps(why))
        self._engine.TerminateInstance(pb.TerminateRequest(instanceId=instance_id, output=output), DIRECT_CALL)
        return web.Response(status=202)

    async def suspend(self, request: web.Request, instance_id: str) -> web.Response:
        if refusal := self._not_running(instance_id):
            return refusal
        asked = pb.SuspendRequest(instanceId=instance_id, reason=reason(request))
        self._engine.SuspendInstance(asked, DIRECT_CALL)
        return web.Response(status=202)

    async def resume(self, request: web.Request, instance_id: str) -> web.Response:
        if refusal := self._not_running(instance_id):
            return refusal
        asked = pb.ResumeRequest(instanceId=instance_id, reason=reason(request))
        self._engine.ResumeInstance(asked, DIRECT_CALL)
        return web.Response(status=202)

    async def rewind(self, request: web.Request, instance_id: str) -> web.Response:
        state = self._state(instance_id)
        if state is None:
            return web.Response(status=404)
        if state.orchestrationStatus != pb.ORCHESTRATION_STATUS_FAILED:
            status = status_name(state.orchestrationStatus)
            text = f"This orchestration has status {status}; only failed orchestrations can be rewound"
            return web.Response(status=412, text=text)
        asked = pb.RewindInstanceRequest(instanceId=instance_id, reason=reason(request))
        self._engine.RewindInstance(asked, DIRECT_CALL)
        return web.Response(status=202)

    async def restart(self, request: web.Request, instance_id: str) -> web.Response:
        state = self._state(instance_id)
        if state is None:
            return web.Response(status=400, text="InstanceId does not match a valid orchestration instance")
        renew = flag(request, "restartWithNewInstanceId", default=True)
        asked = pb.RestartInstanceRequest(instanceId=instance_id, restartWithNewInstanceId=renew)
        try:
            restarted = self._engine.RestartInstance(asked, DIRECT_CALL)
        except EngineRefusedError as error:
            return web.Response(status=409, text=str(error))
        return await self._started(request, restarted.instanceId)

    async def purge(self, _request: web.Request, instance_id: str) -> web.Response:
        state = self._state(instance_id)
        if state is None:
            return web.Response(status=404)
        if state.orchestrationStatus not in _ENDED:
            status = status_name(state.orchestrationStatus)
            text = f"Only orchestrations that have ended can be purged; {instance_id} has status {status}"
            return web.Response(status=412, text=text)
        purged = self._engine.PurgeInstances(pb.PurgeInstancesRequest(instanceId=instance_id), DIRECT_CALL)
        return web.json_response({"instancesDeleted": purged.deletedInstanceCount})

    async def purge_many(self, request: web.Request) -> web.Response:
        created_from = timestamp(request, "createdTimeFrom")
        if created_from is None:
            return web.Response(status=400, text="Please provide value for 'createdTimeFrom' parameter.")
        chosen = pb.PurgeInstanceFilter(
            createdTimeFrom=created_from,
            createdTimeTo=timestamp(request, "createdTimeTo"),
            runtimeStatus=statuses(request),
        )
        purged = self._engine.PurgeInstances(pb.PurgeInstancesRequest(purgeInstanceFilter=chosen), DIRECT_CALL)
        deleted = purged.deletedInstanceCount
        return web.json_response({"instancesDeleted": deleted}) if deleted else web.Response(status=404)

    def _state(self, instance_id: str) -> pb.OrchestrationState | None:
        asked = pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=True)
        found = self._engine.GetInstance(asked, DIRECT_CALL)
        return found.orchestrationState if found.exists else None

    def _not_running(self, instance_id: str) -> web.Response | None:
        state = self._state(instance_id)
        if state is None:
            return web.Response(status=404)
        return web.Response(status=410) if state.orchestrationStatus in _ENDED else None

    async def _started(self, request: web.Request, instance_id: str) -> web.Response:
        """The links to the instance; its output, if asked to wait and it ended in time."""
        timeout, interval = number(request, "timeout"), number(request, "pollingInterval")
        if timeout and interval and await self._ended_within(instance_id, timeout, interval):
            state = self._state(instance_id)
            if state and state.orchestrationStatus == pb.ORCHESTRATION_STATUS_COMPLETED:
                return web.json_response(instance_payload(state, show_input=False)["output"])
            return await self.get(request, instance_id)
        base_url = f"{request.url.origin()}/runtime/webhooks/durabletask"
        return started_response(instance_id, base_url, self._query)

    async def _ended_within(self, instance_id: str, seconds: float, interval: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            state = self._state(instance_id)
            if state and state.orchestrationStatus in _ENDED:
                return True
            if (remaining := deadline - time.monotonic()) <= 0:
                return False
            await asyncio.sleep(min(interval, remaining))
