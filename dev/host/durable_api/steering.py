"""The durable HTTP API's operations that steer an instance: events, suspending, ending, rewinding, starting anew."""

import durabletask.internal.orchestrator_service_pb2 as pb
from aiohttp import web
from durabletask.internal import helpers

from dev.host.durable_api.answers import error, text
from dev.host.durable_api.instances import InstanceApi
from dev.host.durable_api.payloads import ENDED, status_name
from dev.host.durable_api.query_strings import flag, json_text, reason
from dev.host.engine.engine import Engine
from dev.host.engine.grpc_context import DIRECT_CALL


class SteeringApi:
    """Each method is one operation: 202, or 404 for an unknown instance and 410 for one that has ended."""

    def __init__(self, engine: Engine, instances: InstanceApi) -> None:
        self._engine = engine
        self._instances = instances

    async def raise_event(self, request: web.Request, instance_id: str, event: str) -> web.Response:
        if refusal := self._not_running(instance_id):
            return refusal
        if request.content_type != "application/json" or "Content-Type" not in request.headers:
            return error(400, "Only application/json request content is supported")
        value = helpers.get_string_value(await json_text(request, empty=False))
        self._engine.RaiseEvent(pb.RaiseEventRequest(instanceId=instance_id, name=event, input=value), DIRECT_CALL)
        return web.Response(status=202)

    async def terminate(self, request: web.Request, instance_id: str) -> web.Response:
        if refusal := self._not_running(instance_id):
            return refusal
        asked = pb.TerminateRequest(instanceId=instance_id, output=reason(request))
        self._engine.TerminateInstance(asked, DIRECT_CALL)
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
        state = self._instances.state(instance_id)
        if state is None:
            return text(404, f'No orchestration with instance ID "${instance_id}" found.')
        if state.orchestrationStatus != pb.ORCHESTRATION_STATUS_FAILED:
            status = status_name(state.orchestrationStatus)
            return text(412, f"The status of this orchestration is {status}; only one that has Failed can be rewound.")
        asked = pb.RewindInstanceRequest(instanceId=instance_id, reason=reason(request))
        self._engine.RewindInstance(asked, DIRECT_CALL)
        return web.Response(status=202)

    async def restart(self, request: web.Request, instance_id: str) -> web.Response:
        """Start another instance of the same name and input; under the same id, only once it has ended."""
        state = self._instances.state(instance_id)
        if state is None:
            unknown = LookupError(f"there is no instance {instance_id}")
            return error(400, "InstanceId does not match a valid orchestration instance.", unknown)
        again = not flag(request, "restartWithNewInstanceId", default=True)
        if again and state.orchestrationStatus not in ENDED:
            live = ValueError(f"instance {instance_id} is {status_name(state.orchestrationStatus)}")
            return error(409, "A non-terminal instance with this instance ID already exists.", live)
        create = pb.CreateInstanceRequest(
            instanceId=instance_id if again else "", name=state.name, input=helpers.get_string_value(state.input.value)
        )
        return await self._instances.begin(request, create)

    def _not_running(self, instance_id: str) -> web.Response | None:
        state = self._instances.state(instance_id)
        if state is None:
            return web.Response(status=404)
        return web.Response(status=410) if state.orchestrationStatus in ENDED else None
