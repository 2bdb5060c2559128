"""The app of a world: every one of its functions as it is registered, called as the platform would, in one worker."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import azure.functions as func

from migration.course import steps
from tests.chaos.trace import Trace, digest_of
from tests.chaos.world.client import HubClient
from tests.chaos.world.workers import WorkerDiedError, Workers
from tests.support.app_here import served_by
from tests.support.functions import functions

PUBLIC = "https://app.example.net"
NO_ANSWER = 0


class Said(NamedTuple):
    """What the app answered over HTTP; status 0 where its worker died of it."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = {}

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 400

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.text)
        except ValueError:
            return None


class App:
    """The ways in. `left` is every answer that went out, and what a function raised."""

    def __init__(self, workers: Workers, client: HubClient, trace: Trace) -> None:
        self._workers, self._client, self._trace = workers, client, trace
        self.left: list[str] = []

    async def http(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Said:
        """Ask as somebody would who has a function key, or a link."""
        content = urlencode(form).encode() if form is not None else b"" if body is None else json.dumps(body).encode()
        kind = "application/x-www-form-urlencoded" if form is not None else "application/json"
        parts = urlsplit(path)
        query = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
        serve, names = served_by("GET" if method == "HEAD" else method, parts.path)
        given = {"Content-Type": kind} if content else {}
        request = func.HttpRequest(
            method,
            f"{PUBLIC}/api/{path}",
            headers={**given, **(headers or {})},
            params=query,
            route_params=names,
            body=content,
        )
        said = await self._answered(serve, request)
        self._trace.note("http", method=method, path=parts.path, status=said.status, answer=digest_of(said.text))
        self.left.append(said.text)
        return said

    async def _answered(self, serve: Callable[..., Any], request: func.HttpRequest) -> Said:
        unbound = getattr(serve, "client_function", None)  # the library's own way for tests
        try:
            answer = await self._workers.run(unbound(request, self._client) if unbound else serve(request))
        except WorkerDiedError:
            return Said(NO_ANSWER)
        except Exception as error:  # noqa: BLE001 - the platform answers with 500
            self._note_raised("http", error)
            return Said(500, "")
        return Said(answer.status_code, answer.get_body().decode(), dict(answer.headers))

    async def event(self, document: Mapping[str, Any]) -> bool:
        """Deliver an event of Event Grid; tell whether it was taken."""
        event = func.EventGridEvent(
            id=document["id"],
            data=document["data"],
            topic=document["topic"],
            subject=document["subject"],
            event_type=document["eventType"],
            event_time=None,
            data_version=document["dataVersion"],
        )
        return await self._called("image_tagged", event)

    async def tick(self, name: str = "keep_house") -> bool:
        """Run one of the timers."""
        return await self._called(name, None)

    async def _called(self, name: str, given: Any) -> bool:
        function = next(one for one in functions() if one.get_function_name() == name).get_user_function()
        unbound = getattr(function, "client_function", None)
        taken = True
        try:
            await self._workers.run(unbound(given, self._client) if unbound else function(given))
        except WorkerDiedError:
            taken = False
        except Exception as error:  # noqa: BLE001 - the platform takes it down, and calls again or not
            self._note_raised(name, error)
            taken = False
        self._trace.note("called", function=name, taken=taken)
        return taken

    def _note_raised(self, what: str, error: Exception) -> None:
        self._trace.note("raised", by=what, error=type(error).__name__, message=str(error))
        self.left.append(str(error))

    def activities(self) -> dict[str, Callable[[Any], Any]]:
        """Each as the platform calls it, by its name."""
        found = {getattr(one.get_trigger(), "activity", None): one.get_user_function() for one in functions()}
        return {name: self._with_client(found[name]) for name in steps.NAMES}

    def _with_client(self, activity: Callable[..., Any]) -> Callable[[Any], Any]:
        unbound = getattr(activity, "client_function", None)
        return (lambda payload: unbound(payload, self._client)) if unbound else activity


LINK = re.compile(r"https://[^\s()\[\]<>]+/api/(approvals/[\w.-]+\?token=[\w.-]+)")
