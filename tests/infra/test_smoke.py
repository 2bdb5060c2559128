"""`make smoke` says yes to an app that is well, and no to one that is not: the real app, and small ones gone wrong."""

import http.server
import json
import threading

import pytest

from dev import smoke
from dev.emulator import running_emulator
from dev.host import running_host
from tests.infra.azure_cli import AzureCli
from tests.support.templates import ROOT


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    for name in (*smoke.WHERE, "ACCESS_TOKEN", "AZURE_FUNCTION_APP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FUNCTIONS_KEY", "key")


def answers(url):
    return {one.question: one.is_good for one in smoke.findings(url)}


def test_the_app_itself_is_well(monkeypatch):
    with running_emulator() as emulator, running_host(ROOT, emulator.environment) as host:
        monkeypatch.setenv("FUNCTIONS_KEY", host.key)
        assert answers(host.url) == {
            "the plan endpoint answers": True,
            "nothing is told without a key": True,
            "a forged sign-in header is refused": True,
            "whoever is to be told is reached": True,
            "the event subscription is there": None,
        }


class Stand(http.server.BaseHTTPRequestHandler):
    """An app that answers every path with one status; `signs_in` where App Service would send people to sign in."""

    status, signs_in = 200, False

    def do_GET(self):
        self.send_response(302 if self.signs_in and self.path.startswith("/.auth/") else self.status)
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def stand():
    started = []

    def start(**traits):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("One", (Stand,), traits))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def test_an_app_that_believes_a_forged_header_is_found_out(stand):
    found = answers(stand(status=200, signs_in=True))
    assert found["a forged sign-in header is refused"] is False
    assert found["nothing is told without a key"] is False
    assert found["the plan endpoint answers"] is None


def test_an_app_that_does_not_start_is_found_out(stand):
    assert answers(stand(status=500))["the plan endpoint answers"] is False


@pytest.mark.parametrize(
    ("said", "is_good"), [({"provisioningState": "Succeeded"}, True), ({"error": "not found"}, False)]
)
def test_a_subscription_to_events_that_is_missing_is_found_out(stand, tmp_path, monkeypatch, said, is_good):
    cli = AzureCli(tmp_path)
    (tmp_path / "answers.json").write_text(json.dumps({"eventgrid system-topic event-subscription show": said}))
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in smoke.WHERE:
        monkeypatch.setenv(name, "x")
    assert answers(stand(status=401))["the event subscription is there"] is is_good
    assert "tagged-images-x" in cli.asked[0]


def test_no_answer_at_all_is_no_traceback(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["smoke", "http://127.0.0.1:1"])
    assert smoke.main() == 1
    assert "no answer" in capsys.readouterr().out
