"""Receives the app's notifications on this machine, in place of a team's chat or mail."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue


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
