"""What the demo does as a user of the app: look at the migration, receive its notification, follow its link."""

import json
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from typing import Any

from dev.host import RunningHost


class App:
    """A client of the HTTP API, with a function key."""

    def __init__(self, host: RunningHost) -> None:
        self._host = host

    def migrations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("GET", f"{self._host.url}/api/migrations")["migrations"]
        return found

    def _ask(self, method: str, url: str) -> Any:
        request = urllib.request.Request(url, headers={"x-functions-key": self._host.key}, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return json.loads(answer.read())


class Browser:
    """Opens an approval link and sends its form, as someone would who clicks Approve and confirms."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def approve(self, link: str) -> None:
        with self._opener.open(link, timeout=30) as page:
            fields = hidden_fields(page.read().decode())
        form = urllib.parse.urlencode(fields | {"decision": "approve"}).encode()
        self._opener.open(link, form, timeout=30).close()


def hidden_fields(html: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    found: dict[str, str] = {}

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            values = dict(attributes)
            if tag == "input" and values.get("type") == "hidden":
                found[values["name"] or ""] = values["value"] or ""

    Parser().feed(html)
    return found


class Inbox:
    """Receives what the app sends to the notification URL `address`, which stands for a team's chat."""

    def __init__(self, address: str, messages: "Queue[dict[str, str]]") -> None:
        self.address = address
        self._messages = messages

    def next_message(self) -> dict[str, str] | None:
        """Return the next message, with `title` and `message`; None if there is none yet."""
        try:
            return self._messages.get_nowait()
        except Empty:
            return None


@contextmanager
def running_inbox() -> Iterator[Inbox]:
    """Listen on loopback until the block ends."""
    messages: Queue[dict[str, str]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            messages.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the terminal for the timeline."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Inbox(f"json://127.0.0.1:{server.server_port}/", messages)
        server.shutdown()
