"""HTTP of table storage: an account below a path of the emulator, its faults, and the list of its calls.

The account is in the path (`/records/…`), as in Azurite, because its own host name could not be resolved.
"""

import json
import logging
import uuid
from collections import deque
from datetime import UTC, datetime
from urllib.parse import unquote

from aiohttp import web

from dev.emulator.misbehaving import faulty
from dev.emulator.storage.entities import key_in, properties_in
from dev.emulator.storage.errors import (
    BODY_TOO_LARGE,
    INTERNAL_ERROR,
    KEYS_NOT_PERMITTED,
    NO_TOKEN,
    WRONG_TOKEN,
    Refusal,
    StorageError,
)
from dev.emulator.storage.operations import StorageAnswer, StorageCall, perform
from dev.emulator.storage.tables import Tables
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.tokens import TENANT_ID, claims_of
from dev.emulator.world import World

ACCOUNT_PATH = "/records"
_AUDIENCE = "https://storage.azure.com"
_log = logging.getLogger(__name__)


def attach(app: web.Application, world: World) -> None:
    front = _Front(world)
    world.on_reset.append(front.forget)
    app.router.add_route("*", ACCOUNT_PATH + "/{path:.*}", front.serve)
    app.router.add_get("/_emulator/storage-calls", front.show_calls)
    app.router.add_put("/_emulator/entities", front.put_entities)


class _Front:
    def __init__(self, world: World) -> None:
        self._world = world
        self._tables = Tables(world.clock.now, lambda: world.settings.deleted_table_held)
        self._calls: deque[dict[str, object]] = deque(maxlen=10_000)

    def forget(self) -> None:
        self._tables.clear()
        self._calls.clear()

    async def serve(self, http: web.Request) -> web.Response:
        fault = self._world.faults.take(_method(http), http.path, "storage")

        async def answer() -> web.Response:
            return await self._answer(http)

        def refused(error: ArmError) -> web.Response:
            wished = Refusal(error.status, error.code, "{words}", error.headers)
            return self._response(http, refusal(StorageError(wished, words=error.message), self._now()))

        return await faulty.serve(fault, http, answer, refused)

    async def show_calls(self, _http: web.Request) -> web.Response:
        return web.json_response(list(self._calls))

    async def put_entities(self, http: web.Request) -> web.Response:
        """Many at once, whatever is there: what would take a client a call each."""
        body = await http.json()
        try:
            for entity in body["entities"]:
                self._tables.table(body["table"]).replace(key_in(entity), properties_in(entity), etag=None)
        except StorageError as error:
            return web.Response(status=error.status, text=str(error.body("", "")))
        return web.Response(status=204)

    async def _answer(self, http: web.Request) -> web.Response:
        try:
            call = StorageCall(
                method=_method(http),
                path=unquote(http.rel_url.raw_path).removeprefix(f"{ACCOUNT_PATH}/"),
                query={key.lower(): value for key, value in http.query.items()},
                headers={key.lower(): value for key, value in http.headers.items()},
                content=await http.read(),
                account_url=f"{http.scheme}://{http.host}{ACCOUNT_PATH}",
            )
            answer = answered(self._tables, call, self._world.settings.entity_page_size, self._now())
        except web.HTTPRequestEntityTooLarge:
            answer = refusal(StorageError(BODY_TOO_LARGE), self._now())
        except Exception:  # noqa: BLE001 - the client gets storage's error body, the developer the traceback
            _log.exception("no answer to %s %s", http.method, http.path)
            answer = refusal(StorageError(INTERNAL_ERROR, method=http.method, url=http.path), self._now())
        return self._response(http, answer)

    def _response(self, http: web.Request, answer: StorageAnswer) -> web.Response:
        at = self._now().isoformat()
        self._calls.append({"at": at, "method": _method(http), "path": http.path, "status": answer.status})
        text = None if answer.body is None else json.dumps(answer.body)
        kind = "application/json" if text else None
        return web.Response(status=answer.status, text=text, content_type=kind, headers=answer.headers)

    def _now(self) -> datetime:
        return self._world.clock.now().astimezone(UTC)


def _require_token(call: StorageCall) -> None:
    """Account keys and shared access signatures are switched off; a token must be one for storage."""
    authorization = call.headers.get("authorization", "")
    if authorization.startswith("SharedKey") or "sig" in call.query:
        raise StorageError(KEYS_NOT_PERMITTED)
    if not authorization.startswith("Bearer "):
        raise StorageError(NO_TOKEN, tenant=TENANT_ID)
    if str(claims_of(authorization).get("aud", "")).rstrip("/") != _AUDIENCE:
        raise StorageError(WRONG_TOKEN, tenant=TENANT_ID)


def _method(http: web.Request) -> str:
    """A merge goes by three names: PATCH, MERGE, and POST with a header that says so."""
    method = http.headers.get("X-HTTP-Method", http.method) if http.method == "POST" else http.method
    return "PATCH" if method == "MERGE" else method


def answered(tables: Tables, call: StorageCall, largest_page: int, now: datetime) -> StorageAnswer:
    """The answer to a call of somebody who has a token; a refusal is one, too."""
    try:
        _require_token(call)
        return perform(tables, call, largest_page)
    except StorageError as error:
        return refusal(error, now)


def refusal(error: StorageError, now: datetime) -> StorageAnswer:
    """A refusal as the service words it."""
    request_id = str(uuid.uuid4())
    headers = {"x-ms-error-code": error.code, "x-ms-request-id": request_id, **error.headers}
    return StorageAnswer(error.status, error.body(request_id, now.isoformat()), headers)
