"""The deployed app as it is asked: call by call, no redirect followed, with the key and token of whoever looks."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any, NamedTuple

SECONDS = 60  # a cold start is among them
KEY = "x-functions-key"
BEARER = "Authorization"


class UnreachableError(Exception):
    """Nobody answers there, or nobody can be reached from here."""


class Answer(NamedTuple):
    """What the app answered: its status, what it says it is, and the body where that is a JSON object."""

    status: int
    media: str
    body: dict[str, Any]

    @property
    def words(self) -> str:
        """What it says that was not expected: of a problem its words, not its JSON."""
        errors = [f"{one.get('field')}: {one.get('message')}" for one in self.body.get("errors") or []]
        return " ".join([str(self.status), "; ".join([str(self.body.get("title") or ""), *errors])]).strip()


class App:
    """The app at an address. `headers` hold its key, and where people sign in a token."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.url = url.rstrip("/")
        self.headers = {name: value for name, value in headers.items() if value}
        status = self.get("/.auth/login/aad", {}).status
        self.signs_in = status in {301, 302}
        self.is_closed = status == 403  # App Service, of an app that takes no calls from outside its network

    @property
    def may_ask(self) -> bool:
        """Whether it would answer: where people sign in, the key alone opens nothing."""
        return KEY in self.headers and (BEARER in self.headers or not self.signs_in)

    def turns_away(self, answer: Answer) -> bool:
        """Whether sign-in lets this person not in: that says nothing of the app."""
        return self.signs_in and answer.status in {301, 302, 401, 403}

    def get(self, path: str, headers: dict[str, str]) -> Answer:
        """Raises UnreachableError, as `post` does."""
        return self._ask(urllib.request.Request(f"{self.url}{path}", headers=headers))  # noqa: S310 - whose it is, it says

    def post(self, path: str, body: dict[str, Any], seconds: int = SECONDS) -> Answer:
        headers = {**self.headers, "Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return self._ask(urllib.request.Request(f"{self.url}/api/{path}", data, headers), seconds)  # noqa: S310 - as above

    def _ask(self, request: urllib.request.Request, seconds: int = SECONDS) -> Answer:
        try:
            with urllib.request.build_opener(_StayHere).open(request, timeout=seconds) as answer:
                return _read(answer)
        except urllib.error.HTTPError as answer:
            return _read(answer)
        except (OSError, http.client.HTTPException) as error:  # among them urllib's own
            raise UnreachableError(f"no answer from {self.url}: {error}") from error


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect leads to a sign-in page, and would take the key along."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _read(answer: Any) -> Answer:
    try:
        found = json.loads(answer.read())
    except ValueError:
        found = None
    return Answer(answer.status, answer.headers.get("Content-Type") or "", found if isinstance(found, dict) else {})
