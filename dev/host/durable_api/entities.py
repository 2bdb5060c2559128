"""The durable HTTP API's operations on entities."""

import json
import uuid

import durabletask.internal.orchestrator_service_pb2 as pb
from aiohttp import web
from durabletask.internal import helpers

from dev.host.durable_api.payloads import entity_payload, parsed
from dev.host.durable_api.query_strings import CONTINUATION_HEADER, flag, json_text, timestamp, whole_number
from dev.host.engine.engine import Engine
from dev.host.engine.grpc_context import DIRECT_CALL

_DEFAULT_PAGE = 100
_EMPTY_KEY = "$"


class EntityApi:
    """Reading, signalling and listing; entity names are case-insensitive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get(self, _request: web.Request, name: str, key: str) -> web.Response:
        asked = pb.GetEntityRequest(instanceId=_entity_id(name, key), includeState=True)
        found = self._engine.GetEntity(asked, DIRECT_CALL)
        if not found.exists or not found.entity.HasField("serializedState"):
            return web.Response(status=404)
        return web.json_response(parsed(found.entity.serializedState.value))

    async def signal(self, request: web.Request, name: str, key: str) -> web.Response:
        operation = "delete" if request.method == "DELETE" else request.query.get("op", "")
        if request.content_type == "application/json":
            text = await json_text(request)
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

    async def list(self, request: web.Request, name: str = "") -> web.Response:
        with_state = flag(request, "fetchState")
        query = pb.EntityQuery(
            instanceIdStartsWith=helpers.get_string_value(f"@{name.lower()}@" if name else None),
            lastModifiedFrom=timestamp(request, "lastOperationTimeFrom"),
            lastModifiedTo=timestamp(request, "lastOperationTimeTo"),
            includeState=with_state,
            pageSize=helpers.get_int_value(whole_number(request, "top") or _DEFAULT_PAGE),
            continuationToken=helpers.get_string_value(request.headers.get(CONTINUATION_HEADER)),
        )
        found = self._engine.QueryEntities(pb.QueryEntitiesRequest(query=query), DIRECT_CALL)
        payload = [entity_payload(entity, with_state=with_state) for entity in found.entities]
        return web.json_response(payload, headers={CONTINUATION_HEADER: found.continuationToken.value})


def _entity_id(name: str, key: str) -> str:
    return f"@{name.lower()}@{'' if key == _EMPTY_KEY else key}"
