"""The durable HTTP API's operations on entities."""

import json
import uuid

import durabletask.internal.orchestrator_service_pb2 as pb
from aiohttp import web
from durabletask.internal import helpers

from dev.host.durable_api import answers
from dev.host.durable_api.payloads import entity_payload, parsed
from dev.host.durable_api.query_strings import flag, json_text, timestamp, whole_number
from dev.host.engine.engine import Engine
from dev.host.engine.failures import no_such_function
from dev.host.engine.grpc_context import DIRECT_CALL
from dev.host.worker.functions import Functions

_DEFAULT_PAGE = 100
_EMPTY_KEY = "$"
_TRIGGER = "entityTrigger"


class EntityApi:
    """Reading, signalling and listing; entity names are case-insensitive."""

    def __init__(self, engine: Engine, functions: Functions) -> None:
        self._engine = engine
        self._functions = functions

    async def read(self, request: web.Request, name: str = "", key: str = "") -> web.Response:
        """One entity, or a list of them where no key is given."""
        if not key:
            return await self._list(request, name)
        if refusal := self._unknown(name):
            return refusal
        asked = pb.GetEntityRequest(instanceId=_entity_id(name, key), includeState=True)
        found = self._engine.GetEntity(asked, DIRECT_CALL)
        if not found.exists:
            return web.Response(status=404)
        return web.json_response(parsed(found.entity.serializedState.value))

    async def signal(self, request: web.Request, name: str = "", key: str = "") -> web.Response:
        if refusal := self._unknown(name):
            return refusal
        operation = "delete" if request.method == "DELETE" else request.query.get("op", "")
        if request.content_type == "application/json":
            text = await json_text(request, empty=True)
        else:
            text = json.dumps(await request.text()) if request.can_read_body else None
        signal = pb.SignalEntityRequest(
            instanceId=_entity_id(name, key),
            name=operation,
            input=helpers.get_string_value(text),
            requestId=str(uuid.uuid4()),
        )
        self._engine.SignalEntity(signal, DIRECT_CALL)
        return web.Response(status=202)

    async def _list(self, request: web.Request, name: str) -> web.Response:
        with_state = flag(request, "fetchState")
        query = pb.EntityQuery(
            instanceIdStartsWith=helpers.get_string_value(f"@{name.lower()}@" if name else None),
            lastModifiedFrom=timestamp(request, "lastOperationTimeFrom"),
            lastModifiedTo=timestamp(request, "lastOperationTimeTo"),
            includeState=with_state,
            pageSize=helpers.get_int_value(whole_number(request, "top") or _DEFAULT_PAGE),
            continuationToken=helpers.get_string_value(request.headers.get(answers.CONTINUATION_HEADER)),
        )
        found = self._engine.QueryEntities(pb.QueryEntitiesRequest(query=query), DIRECT_CALL)
        payload = [entity_payload(entity, with_state=with_state) for entity in found.entities]
        return answers.page(payload, found.continuationToken.value)

    def _unknown(self, name: str) -> web.Response | None:
        if self._functions.durable(_TRIGGER, name):
            return None
        known = [one.durable_name for one in self._functions.triggered_by(_TRIGGER)]
        return answers.error(400, no_such_function(name, "entity", known))


def _entity_id(name: str, key: str) -> str:
    return f"@{name.lower()}@{'' if key == _EMPTY_KEY else key}"
