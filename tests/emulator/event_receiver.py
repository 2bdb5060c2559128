"""An endpoint for events on loopback that consents to the handshake, answers as told and remembers what came;
and what event tests do besides: raise an event, look at its record.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.waiting import eventually

TAGS = "/providers/Microsoft.Resources/tags/default"


def as_told(resource_id: str) -> str:
    """How an event of a write spells the id."""
    return resource_id.replace("/resourceGroups/", "/resourcegroups/")


@dataclass
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Receiver:
    """`answers` are the statuses of the next notifications, 200 when used up."""

    url: str
    answers: deque[int] = field(default_factory=deque)
    handshakes: list[Received] = field(default_factory=list)
    notifications: list[Received] = field(default_factory=list)
    answer_code: Callable[[str], str] = lambda code: code
    handshake_status: int = 200
    allowed_origin: str | None = "eventgrid.azure.net"
    port: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, received: Received) -> tuple[int, dict[str, str], object]:
        with self._changed:
            is_validation = received.headers.get("aeg-event-type") == "SubscriptionValidation"
            if received.method == "OPTIONS" or is_validation:
                self.handshakes.append(received)
                return self._consent(received)
            self.notifications.append(received)
            self._changed.notify_all()
            return (self.answers.popleft() if self.answers else 200), {}, None

    def _consent(self, received: Received) -> tuple[int, dict[str, str], object]:
        if received.method == "OPTIONS":
            given = {"WebHook-Allowed-Origin": self.allowed_origin} if self.allowed_origin else {}
            return self.handshake_status, given, None
        code = received.body[0]["data"]["validationCode"]
        return self.handshake_status, {}, {"validationResponse": self.answer_code(code)}

    def wait_for(self, count: int, timeout_seconds: float = 5) -> list[Received]:
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.notifications) >= count, timeout_seconds)
        assert arrived, f"{len(self.notifications)} of {count} notifications after {timeout_seconds} s"
        return self.notifications


@contextmanager
def running_receiver(port: int = 0) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, given, answer = receiver.take(Received(self.command, self.path, headers, body))
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in given.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_OPTIONS(self) -> None:
            self.do_POST()

        def log_message(self, *_args: object) -> None:
            """Tests stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/events", port=server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tag(arm, image: str, **tags: str) -> None:
    answer = arm("PATCH", image + TAGS, {"operation": "Merge", "properties": {"tags": tags}})
    assert answer.status_code == 200, answer.text


def record(emulator) -> dict:
    """The only event so far."""
    [only] = emulator.control.events()
    return only


def attempts(emulator, count: int) -> list[dict]:
    return eventually(lambda: (tries := record(emulator)["deliveries"]) and len(tries) >= count and tries)
