"""The app without a host: its HTTP functions, called in this process, on an emulated Azure beside it.

For answers that need no orchestration: plans, lists, refusals. What the host adds is not here: keys, and more than one
process.
"""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote

import azure.functions as func
import pytest
import requests

from migration.asking.reading import settings
from tests.support.azure_here import close_clients, close_tables, forget_tables, live_in, remember_nothing
from tests.support.azure_here import take_settings_away as no_settings_of_others
from tests.support.fakes.fake_hub import FakeClient
from tests.support.functions import functions
from tests.support.running.app import App
from tests.support.running.azure import Azure
from tests.support.running.starting import app_environment

ADDRESS = "https://app.example.com/api"


class AppHere(App):
    """As the running app, with a task hub in which nothing runs."""

    def __init__(self, azure: Azure, loop: asyncio.Runner) -> None:
        self.azure = azure
        self._loop = loop
        self.client = FakeClient()

    def do[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        """Await what the app does by itself, where its calls are awaited."""
        return self._loop.run(work)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: bool = True,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> requests.Response:
        """Call the function that serves the path, as the platform would for who has a key."""
        assert key, "keys are asked for by the host, which is not here"
        assert not more, f"of no use here: {more}"
        is_json = body is not None
        sent = {"Content-Type": "application/json"} if is_json else {}
        content = json.dumps(body).encode() if is_json else data or b""
        place, _, query = path.partition("?")
        serve, parts = served_by(method, place)
        request = func.HttpRequest(
            method,
            f"{ADDRESS}/{path}",
            headers={**sent, **(headers or {})},
            params=_params(query),
            route_params={name: unquote(part) for name, part in parts.items()},
            body=content,
        )
        unbound = getattr(serve, "client_function", None)  # the library's own way for tests
        answer = self._loop.run(unbound(request, self.client) if unbound else serve(request))
        return _as_response(answer)


def _params(query: str) -> dict[str, str]:
    """What a query says, as the platform hands it on: what is named several times is one text, with commas."""
    said: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        said.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in said.items()}


def served_by(method: str, path: str) -> tuple[Callable[..., Any], dict[str, str]]:
    """The function of the most literal route that is like this path, and what stands for its parameters."""
    found = []
    for function in functions():
        trigger: Any = function.get_trigger()
        if trigger.type == "httpTrigger" and method in {getattr(one, "value", one) for one in trigger.methods}:
            like = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", trigger.route), path)
            found += [(len(like.groupdict()), function.get_user_function(), like.groupdict())] if like else []
    assert found, f"nothing serves {method} {path}"
    _, serve, parts = min(found, key=lambda one: one[0])
    return serve, parts


def _as_response(answer: func.HttpResponse) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status_code
    response.headers.update({**answer.headers, "Content-Type": answer.mimetype})
    response._content = answer.get_body()
    response.encoding = "utf-8"
    return response


@contextmanager
def running_app(azure: Azure, **told: str) -> Iterator[AppHere]:
    """The app in this process with the settings that a running one has; one at a time."""
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as loop:
        no_settings_of_others(patch)
        remember_nothing(patch)
        live_in(patch, app_environment(azure, **told))
        forget_tables()
        yield AppHere(azure, loop)
        loop.run(close_clients(azure.emulator.subscription_id))
        loop.run(close_tables())
    settings.cache_clear()
