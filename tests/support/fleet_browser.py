"""The page and the calls of a fleet without a host: a browser that keeps the cookie, and a caller with a key."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import azure.functions as func

from tests.support.fakes.fake_hub import FakeClient, FakeHub
from tests.support.fleets import FLEET
from triggers.fleet_page.pages import answer
from triggers.fleets import approvals

PAGE = f"https://app.example.com/api/fleet-approvals/{FLEET}"
_SHOWN = re.compile(r'name="shown" value="([^"]+)"')
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class FleetBrowser:
    """A browser that follows the link of a fleet. `answers` are all that it was answered."""

    def __init__(self, hub: FakeHub, identity: dict[str, str] | None = None) -> None:
        self._client = FakeClient(hub)
        self._identity = identity or {}
        self.cookie: str | None = None
        self.answers: list[func.HttpResponse] = []

    async def get(self, method: str = "GET", fleet: str = FLEET, **params: str) -> func.HttpResponse:
        return await self._send(method, fleet, params, b"")

    async def follow(self, token: str) -> str:
        """Open a link, go where it leads, and return the page there."""
        await self.get(token=token)
        return (await self.get()).get_body().decode()

    async def post(self, fields: list[tuple[str, str]], fleet: str = FLEET, **headers: str) -> func.HttpResponse:
        return await self._send("POST", fleet, {}, urlencode(fields).encode(), headers)

    async def _send(
        self, method: str, fleet: str, params: dict[str, str], body: bytes, headers: dict[str, str] | None = None
    ) -> func.HttpResponse:
        cookie = {"Cookie": f"fleet={self.cookie}"} if self.cookie else {}
        request = func.HttpRequest(
            method,
            f"https://app.example.com/api/fleet-approvals/{fleet}",
            headers={"Sec-Fetch-Site": "same-origin", **cookie, **self._identity, **(headers or {})},
            params=params,
            route_params={"id": fleet},
            body=body,
        )
        given = await answer(request, self._client)  # type: ignore[arg-type]  # as much of it as the app needs
        self.answers.append(given)
        if (kept := given.headers.get("Set-Cookie")) is not None:
            self.cookie = kept.partition(";")[0].partition("=")[2]
        return given


def form_of(page: str, decision: str, number: int | None = None, **more: str) -> list[tuple[str, str]]:
    """What is sent by somebody who decides about all images of a page, and has typed how many there are."""
    shown = [unescape(one) for one in _SHOWN.findall(page)]
    csrf = _CSRF.search(page)
    assert csrf is not None, page
    fields = {"decision": decision, "number": str(len(shown) if number is None else number), "comment": "looked at"}
    return [("csrf", csrf[1]), *(("shown", one) for one in shown), *(fields | more).items()]


async def call(
    hub: FakeHub, body: Any = None, fleet: str = FLEET, identity: Any = None, **query: str
) -> tuple[int, Any]:
    """Ask what a fleet asks (no body), or decide about it; returns the status and what was said."""
    name, path = ("POST", "approval") if body is not None else ("GET", "questions")
    request = func.HttpRequest(
        name,
        f"https://app.example.com/api/fleets/{fleet}/{path}",
        headers={"Content-Type": "application/json", **(identity or {})},
        params=query,
        route_params={"id": fleet},
        body=json.dumps(body).encode() if body is not None else b"",
    )
    said = (
        await approvals.DECIDE.answer(request, approvals._decide(request, FakeClient(hub)))  # type: ignore[arg-type]  # as much of it as the app needs
        if body is not None
        else await approvals.QUESTIONS.answer(request, approvals._questions(request))
    )
    return said.status_code, json.loads(said.get_body())
