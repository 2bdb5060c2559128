"""What the demo does as a user of the app: begin a fleet, look at it, approve what it asks."""

import json
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import Any

from dev.laptop import FunctionsHost

PAGE = 100
TRIES = 20
APPROVER = "Ada Lovelace"


class App:
    """A client of the HTTP API, with a function key."""

    def __init__(self, host: FunctionsHost) -> None:
        self._host = host

    def begin(self, order: dict[str, Any]) -> dict[str, Any]:
        return self._ask("POST", "fleets", order)

    def look(self, fleet: dict[str, Any], query: str = "top=1") -> dict[str, Any]:
        return self._ask("GET", f"{fleet['links']['self']}?{query}")

    def results(self, fleet: dict[str, Any]) -> str:
        return self._send("GET", fleet["links"]["results"]).decode()

    def wake(self, fleet: dict[str, Any]) -> None:
        """Have it look now, unless it is over: a fleet that only waits for people looks every ten minutes."""
        try:
            self._ask("POST", fleet["links"]["resume"], {})
        except urllib.error.HTTPError as refused:
            if refused.code != HTTPStatus.CONFLICT:
                raise

    def approve_what_is_asked(self, fleet: dict[str, Any]) -> None:
        """Approve what the fleet asks as one: what is shown is named, and each image is decided by itself."""
        page = f"fleets/{fleet['id']}/questions?top={PAGE}"
        while page:
            shown = self._ask("GET", page)
            if count := shown["counts"]["approve"]:
                named = [question["shown"] for question in shown["questions"]]
                self._approve(fleet, {"count": count, "questions": named})
            page = shown["nextLink"]

    def _approve(self, fleet: dict[str, Any], images: dict[str, Any]) -> None:
        try:
            self._ask("POST", f"fleets/{fleet['id']}/approval", {"decision": "approve", "approver": APPROVER, **images})
        except urllib.error.HTTPError as refused:
            if refused.code != HTTPStatus.CONFLICT:  # it has gone on since, or is just asked anew: the next look tells
                raise

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._send(method, path, body))
        return answer

    def _send(self, method: str, path: str, body: Any = None) -> bytes:
        url = path if path.startswith("http") else f"{self._host.url}/api/{path}"
        headers = {"x-functions-key": self._host.key, "Content-Type": "application/json"}
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(url, content, headers, method=method)  # noqa: S310 - loopback
        for _ in range(TRIES):
            try:
                return _read(request)
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise
            time.sleep(1)  # its worker died, or is being started: all that is sent here may be sent again
        return _read(request)


def _read(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request, timeout=180) as answer:  # noqa: S310 - loopback
        said: bytes = answer.read()
    return said
