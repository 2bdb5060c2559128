"""What goes out, to receivers on this machine: a card with a button for Teams, and why nobody was reached."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dev.emulator.front_door.certificates import server_context
from migration.telling.messages import Line, Message
from migration.telling.receivers import Address
from notifying.sending import Sent, send

LINK = "https://app.example.com/api/approvals/abc?token=x-y_z"
SOURCE = Line("Source image", 'a "quoted" <at>team</at>')
ASKS = Message("Approve web?", [SOURCE, Line("Decide here", LINK, is_link=True)])
TELLS = Message("web ended", [Line("Reason", "as asked")])


@contextmanager
def receiver(status: int, context: Any = None) -> Iterator[tuple[str, list[Any]]]:
    """Answers every POST with this status; gives back host and port, and what was posted."""
    posted: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", posted
        server.shutdown()


@pytest.fixture(scope="module")
def teams(tmp_path_factory) -> Iterator[tuple[str, list[Any]]]:
    with receiver(202, server_context(tmp_path_factory.mktemp("ca") / "ca.pem", public=False)) as found:
        yield found


pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")


async def card_of(message: Message, teams: tuple[str, list[Any]], more: str = "") -> dict[str, Any]:
    host, posted = teams
    posted.clear()
    assert await send(Address(f"workflows://{host}/workflow/signature/?verify=no{more}", None), message) == Sent(True)
    ((attachment,),) = [one["attachments"] for one in posted]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card: dict[str, Any] = attachment["content"]
    return card


async def test_teams_shows_the_link_as_a_button(teams):
    card = await card_of(ASKS, teams)
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Decide here", "url": LINK}]
    title, body = (one["text"] for one in card["body"])
    assert title == "Approve web?"
    assert body == '- **Source image:** a "quoted" &lt;at&gt;team&lt;/at&gt;'


async def test_what_has_no_link_has_no_button(teams):
    card = await card_of(TELLS, teams)
    assert "actions" not in card
    assert card["body"][-1]["text"] == "- **Reason:** as asked"


async def test_a_card_that_somebody_names_in_their_address_is_used_and_has_the_link_in_its_text(teams, tmp_path):
    content = {"type": "AdaptiveCard", "text": "{{app_body}}"}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    (tmp_path / "own.json").write_text(json.dumps({"type": "message", "attachments": [attachment]}))
    card = await card_of(ASKS, teams, f"&template={tmp_path / 'own.json'}")
    assert "actions" not in card
    assert LINK in card["text"]


async def test_why_somebody_was_not_reached_is_told_by_the_status_alone(caplog):
    caplog.set_level(logging.DEBUG)
    with receiver(401) as (host, _):
        refused = await send(Address(f"json://user:hunter2@{host}/", "Ada"), TELLS)
    nowhere = await send(Address("json://user:hunter2@127.0.0.1:9/", None), TELLS)
    assert refused == Sent(reached=False, why="it answered 401")
    assert nowhere == Sent(reached=False, why="it cannot be reached, or took no message")
    assert "(Ada, json): it answered 401" in caplog.text
    assert "hunter2" not in caplog.text
