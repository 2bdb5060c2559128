"""`make smoke` and the hook say yes to an app that is well, and no to one that is not: the real app, and small ones."""

import http.server
import json
import subprocess
import threading
from typing import Any

import pytest

from dev.emulator import running_emulator
from dev.host import running_host
from dev.inbox import running_inbox
from infra.smoke import __main__ as smoke
from infra.smoke.findings import Finding, exit_code, table
from infra.smoke.questions import PARTS, WHERE
from tests.infra.azd import HERE, provision
from tests.infra.azure_cli import AzureCli
from tests.infra.pythons import pythons
from tests.support.templates import ROOT

KEY = "the-function-key"
NO_SUCH_IMAGE = (422, {"title": "Invalid request", "errors": []})
WELL = {
    "it answers, and can read its settings": True,
    "nothing is told without a key": True,
    "a forged sign-in header is refused": True,
    "a record can be written and read": True,
    "the task hub runs an orchestration": True,
    "it has the rights that it is deployed for": True,
    "whoever is to be told is reached": True,
}
EVENTS = "the event subscription is there"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    for name in (*WHERE, "ACCESS_TOKEN", "AZURE_FUNCTION_APP_URL", "SUBSCRIPTIONS", "SOURCE_GROUPS", "GALLERY_GROUPS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FUNCTIONS_KEY", KEY)


CURL = [
    line.removeprefix("$ ")
    for name in ("deployment.md", "operations.md")
    for line in (ROOT / "docs" / name).read_text().splitlines()
    if line.startswith("$ curl ")
]


def typed(line, host):
    """What a line of the documents prints, with the app of this machine in the place of Azure's."""
    here = line.replace("https://APP.azurewebsites.net", host.url)
    known = {"FUNCTIONS_KEY": host.key, "PATH": "/usr/bin:/bin"}
    return subprocess.run(["bash", "-c", here], env=known, capture_output=True, text=True, check=True).stdout


def answers(url):
    return {one.question: one.is_good for one in smoke.findings(url)}


def hook(az, url, **chosen):
    """The hook after a deployment of the app at this address, told by an `az` that may read its key."""
    az.answers["deployment group create"] = None
    return az.run("postdeploy", {**provision().outputs, "AZURE_FUNCTION_APP_URL": url, **chosen})


@pytest.fixture
def az(tmp_path):
    cli = AzureCli(tmp_path)
    cli.answers["functionapp keys list"] = {"functionKeys": {"default": KEY}}
    return cli


def test_the_app_itself_is_well_for_whoever_asks_and_for_the_hook(monkeypatch, az):
    """An orchestration of the real engine runs, a row is in the emulated storage, and a message arrives."""
    with running_emulator() as emulator, running_inbox() as inbox:
        environment = emulator.environment | {"MIGRATION_NOTIFY": inbox.address}
        with running_host(ROOT, environment) as host:
            monkeypatch.setenv("FUNCTIONS_KEY", host.key)
            assert answers(host.url) == WELL | {EVENTS: None}
            monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", emulator.subscription_id)
            assert answers(host.url) == WELL | {EVENTS: None}
            nowhere = f"/subscriptions/{emulator.subscription_id}/resourceGroups/nowhere"
            monkeypatch.setenv("GALLERY_GROUPS", nowhere)
            assert answers(host.url) == WELL | {EVENTS: None, PARTS["rights"]: False}
            for line in CURL:
                assert json.loads(typed(line, host))["migrations"] == []
            az.answers["functionapp keys list"] = {"functionKeys": {"default": host.key}}
            done = hook(az, host.url, AZURE_SUBSCRIPTION_ID=emulator.subscription_id)
        messages = [inbox.next_message() for _ in range(4)]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\nyes") + done.stdout.startswith("yes") == len(WELL)
    assert [bool(message) for message in messages] == [True] * 4


class Stand(http.server.BaseHTTPRequestHandler):
    """An app that is well but for what a test says: `said` by path, `open` to everybody, `signs_in` where people do."""

    said: dict[str, tuple[int, object]] = {}
    open, signs_in, closed = False, False, False
    asked: list[tuple[str, Any]] = []

    def do_GET(self):
        if self.path.startswith("/.auth/"):
            return self.answer(403 if self.closed else 302 if self.signs_in else 404, {})
        key = self.headers.get("x-functions-key") == KEY and (not self.signs_in or self.headers.get("Authorization"))
        return self.answer(200 if self.open or key else 401, {})

    def do_POST(self):
        path = self.path.removeprefix("/api/")
        self.asked.append((path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        known = {"migrations/plan": NO_SUCH_IMAGE, "self-test": (200, tried()), "notifications/test": (200, reached())}
        return self.answer(*(known | self.said)[path])

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json" if status >= 400 else "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        """Say nothing."""


def tried(**broken):
    parts = [{"part": part, "works": part not in broken, "seen": [broken.get(part, "as it should")]} for part in PARTS]
    return {"works": not broken, "parts": parts}


def reached(*missed):
    addresses = [{"setting": "MIGRATION_NOTIFY", "address": one, "reached": False, "why": "gone"} for one in missed]
    return {"reached": 1, "addresses": addresses, "problems": [], "notes": []}


class Stands:
    """Starts such apps; `asked` is what was posted to the last one, with its body."""

    def __init__(self) -> None:
        self.servers: list[http.server.ThreadingHTTPServer] = []
        self.asked: list[tuple[str, Any]] = []

    def __call__(self, **traits: Any) -> str:
        self.asked = []
        kind: Any = type("One", (Stand,), {"asked": self.asked} | traits)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    def times(self, path: str) -> int:
        return [asked for asked, _ in self.asked].count(path)


@pytest.fixture
def stand():
    stands = Stands()
    yield stands
    for server in stands.servers:
        server.shutdown()
        server.server_close()


BROKEN = {
    "settings": ({"migrations/plan": (500, {"title": "Invalid app settings"})}, next(iter(WELL))),
    "an app that did not load": ({"self-test": (404, {})}, PARTS["records"]),
    "records": ({"self-test": (200, tried(records="403: Forbidden"))}, PARTS["records"]),
    "hub": ({"self-test": (200, tried(**{"task-hub": "no worker took it"}))}, PARTS["task-hub"]),
    "rights": ({"self-test": (200, tried(rights="the app may not"))}, PARTS["rights"]),
    "mail": ({"notifications/test": (200, reached("mail"))}, "whoever is to be told is reached"),
    "messages": ({"notifications/test": (500, {"title": "oh"})}, "whoever is to be told is reached"),
}
OUTSIDE = {"rights", "mail"}


@pytest.mark.parametrize(("said", "question"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_found_out(stand, said, question):
    found = answers(stand(said=said))
    assert found[question] is False
    assert exit_code(smoke.findings(stand(said=said))) == 1


@pytest.mark.parametrize("case", BROKEN)
def test_only_an_app_that_is_not_well_fails_a_deployment(stand, az, monkeypatch, case):
    """Whose mailbox is full, and how long Azure takes to put a role in force, is outside of what was deployed."""
    url = stand(said=BROKEN[case][0])
    done = hook_without_waiting(az, url, monkeypatch)
    assert (done.returncode, "NO " in done.stdout) == (case not in OUTSIDE, True)
    assert stand.times("notifications/test") == 1, "one message, however often the rest was asked"
    assert stand.times("self-test") == (1 if case in {"mail", "messages"} else 6)


def hook_without_waiting(az, url, monkeypatch, **chosen):
    """A hook is a process: its waiting is taken out of a copy of what it does, by a module that Python loads first."""
    (az.folder / "sitecustomize.py").write_text("import time\ntime.sleep = lambda seconds: None\n")
    monkeypatch.setattr("tests.infra.azure_cli.ROOT", f"{az.folder}:{ROOT}")
    return hook(az, url, **chosen)


CANNOT_BE_ASKED = {
    "no right to read a key": {"functionapp keys list": {"error": "AuthorizationFailed"}},
    "no key": {"functionapp keys list": {"functionKeys": {}}},
}


@pytest.mark.parametrize("said", CANNOT_BE_ASKED.values(), ids=CANNOT_BE_ASKED)
def test_what_whoever_deploys_may_not_ask_is_no_success_and_fails_nothing(stand, az, monkeypatch, said):
    az.answers |= said
    done = hook_without_waiting(az, stand(), monkeypatch)
    assert (done.returncode, done.stderr) == (0, "")
    assert "whether all is well is not known" in done.stdout
    assert stand.asked == []
    assert done.stdout.count("yes ") == 2, "what takes no key is asked all the same"


def test_where_people_sign_in_the_hook_shows_a_token_or_says_that_it_has_none(stand, az, monkeypatch):
    url, chosen = stand(signs_in=True), {"AUTH_CLIENT_ID": "client"}
    az.answers["account get-access-token"] = {"error": "AADSTS65001: consent is needed"}
    done = hook_without_waiting(az, url, monkeypatch, **chosen)
    assert (done.returncode, "AADSTS65001" in done.stdout, stand.asked) == (0, True, [])
    az.answers["account get-access-token"] = {"accessToken": "for the app"}
    done = hook_without_waiting(az, url, monkeypatch, **chosen)
    assert (done.returncode, "not asked" in done.stdout) == (0, False)


def test_a_token_that_sign_in_does_not_take_is_no_proof_against_the_app(stand, az, monkeypatch):
    said = dict.fromkeys(("migrations/plan", "self-test", "notifications/test"), (403, {}))
    az.answers["account get-access-token"] = {"accessToken": "for another"}
    done = hook_without_waiting(az, stand(signs_in=True, said=said), monkeypatch, AUTH_CLIENT_ID="client")
    assert (done.returncode, "NO " in done.stdout, done.stdout.count("does not take this token")) == (0, False, 5)
    assert "whether all is well is not known" in done.stdout
    assert hook_without_waiting(az, stand(said=said), monkeypatch).returncode == 1, "the key is refused"


def test_an_app_that_cannot_be_reached_from_here_is_said_and_fails_nothing(az, monkeypatch):
    done = hook_without_waiting(az, "http://127.0.0.1:1", monkeypatch)
    assert (done.returncode, "no answer from http://127.0.0.1:1" in done.stdout) == (0, True)


def test_an_app_that_is_closed_to_whoever_deploys_it_is_said_and_fails_nothing(stand, az, monkeypatch):
    done = hook_without_waiting(az, stand(closed=True), monkeypatch)
    assert (done.returncode, "ask inside its network" in done.stdout, stand.asked) == (0, True, [])


def test_an_app_that_lets_everybody_in_fails_a_deployment(stand, az, monkeypatch):
    assert hook_without_waiting(az, stand(open=True), monkeypatch).returncode == 1


def test_the_hook_asks_for_the_rights_where_they_were_given(stand, az, monkeypatch):
    group = f"/subscriptions/{HERE}/resourceGroups/images"
    hook_without_waiting(az, stand(), monkeypatch, SOURCE_GROUPS=group)
    assert ("self-test", {"sources": [group], "galleries": [f"/subscriptions/{HERE}"]}) in stand.asked


def test_an_app_that_believes_a_forged_header_is_found_out(stand):
    found = answers(stand(open=True, signs_in=True))
    assert found["a forged sign-in header is refused"] is False
    assert found["nothing is told without a key"] is False
    assert found[next(iter(WELL))] is None


def test_without_a_key_nothing_is_well(stand, monkeypatch):
    monkeypatch.delenv("FUNCTIONS_KEY")
    found = smoke.findings(stand())
    assert exit_code(found) == 2
    assert "6 of 8 questions could not be asked" in table(found)


@pytest.mark.parametrize(
    ("said", "is_good"), [({"provisioningState": "Succeeded"}, True), ({"error": "not found"}, False)]
)
def test_a_subscription_to_events_that_is_missing_is_found_out(stand, tmp_path, monkeypatch, said, is_good):
    cli = AzureCli(tmp_path)
    (tmp_path / "answers.json").write_text(json.dumps({"eventgrid system-topic event-subscription show": said}))
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in WHERE:
        monkeypatch.setenv(name, "x")
    assert answers(stand())[EVENTS] is is_good
    assert "tagged-images-x" in cli.asked[0]


@pytest.mark.parametrize(
    ("answers", "code"),
    [([True, True], 0), ([True, False], 1), ([True, None], 2), ([None, False], 1)],
)
def test_the_exit_code_says_what_the_lines_say(answers, code):
    assert exit_code([Finding("is it?", one, "") for one in answers]) == code


def test_no_answer_at_all_is_no_traceback(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["smoke", "http://127.0.0.1:1"])
    assert smoke.main() == 2
    assert "no answer" in capsys.readouterr().out


@pytest.mark.parametrize("python", pythons(), ids=lambda path: path.strip("/").replace("/", "-")[-20:])
def test_it_runs_in_every_python_there_is(stand, python):
    command = [python, "-m", "infra.smoke", stand()]
    done = subprocess.run(
        command, cwd=ROOT, env={"FUNCTIONS_KEY": KEY, "PATH": ""}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.splitlines()[-1].startswith("1 of 8 questions")
