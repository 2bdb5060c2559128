"""`azd down` deletes the group with all that is in it: not before the only copies are out, and the audit in a file."""

import http.server
import itertools
import json
import re
import sys
import threading
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from infra.hooks import app as asking
from infra.hooks.app import App, AppError
from tests.infra.azd import HERE, provision
from tests.infra.azure_cli import AzureCli, in_group, record
from tests.infra.pythons import pythons

GROUP = f"/subscriptions/{HERE}/resourceGroups/rg-prod/providers"
GALLERY = f"{GROUP}/Microsoft.Compute/galleries/golden"
CONTENT = {
    "nothing more": [],
    "an empty gallery": [GALLERY],
    "a definition": [GALLERY, f"{GALLERY}/images/web"],
    "a version": [GALLERY, f"{GALLERY}/images/web", f"{GALLERY}/images/web/versions/1.0.0"],
    "an application": [GALLERY, f"{GALLERY}/applications/agent"],
    "an image": [f"{GROUP}/microsoft.compute/IMAGES/web"],
    "both": [GALLERY, f"{GROUP}/Microsoft.Compute/images/web"],
    "a machine": [f"{GROUP}/Microsoft.Compute/virtualMachines/web"],
    "a snapshot": [f"{GROUP}/Microsoft.Compute/snapshots/web"],
}
KEY = "the-function-key"
ENDED, LIVE = {"kind": "Migrated"}, None


def resource(path):
    provider, *pairs = path.partition("/providers/")[2].split("/")
    return {"id": path, "type": "/".join([provider, *pairs[::2]]), "name": "/".join(pairs[1::2]), "tags": None}


def copies(content):
    return {path for path in content if re.search("/(galleries|images)/", path, re.IGNORECASE)}


class Standing(http.server.BaseHTTPRequestHandler):
    """The app's API, two to a page, behind a key. Links name another address, as where an app has a domain."""

    runs: dict[str, Any] = {}
    broken: dict[str, tuple[int, bytes]] = {}
    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        start = int(query.get("from", ["0"])[0])
        if self.headers["x-functions-key"] != KEY:
            return self.answer(401, b"")
        if path in self.broken:
            return self.answer(*self.broken[path])
        name = unquote(path.removeprefix("/api/migrations").removesuffix("/audit").strip("/"))
        if name:
            earlier = [{"run": number} for number in range(start, min(start + 2, 3))]
            page = {"id": name, "entries": [{"of": name}], "earlier": earlier, "next": self.link(path, start, 3)}
        else:
            listed = [{"id": key, "outcome": outcome} for key, outcome in sorted(self.runs.items())]
            page = {"migrations": listed[start : start + 2], "next": self.link(path, start, len(listed))}
        return self.answer(200, json.dumps(page).encode())

    def link(self, path, start, length):
        return f"https://images.example{path}?top=500&from={start + 2}" if start + 2 < length else None

    def answer(self, code, body):
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "https://login.example/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def standing():
    """Start the app's stand-in with these runs; its class takes what is to be broken."""
    started = []

    def start(runs, **broken):
        kind: Any = type("One", (Standing,), {"runs": runs, "broken": broken, "asked": []})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        kind.url = f"http://127.0.0.1:{server.server_port}"
        return kind

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture
def az(tmp_path):
    cli = AzureCli(tmp_path)
    cli.remember({})
    cli.answers |= {"functionapp keys list": {"functionKeys": {"default": KEY}, "masterKey": "never"}}
    return cli


def down(az, url, variables=None, python=sys.executable):
    return az.run("predown", {"AZURE_FUNCTION_APP_URL": url} | (variables or {}), python)


def exported(az):
    files = sorted((az.folder / ".azure").rglob("*"))
    assert [one for one in files if one.suffix == ".part"] == []
    return {one: [json.loads(line) for line in one.read_text().splitlines()] for one in files if one.is_file()}


def refusals(done):
    return [line.removeprefix("refused: ") for line in done.stderr.splitlines()]


LIVES = {"none": {}, "ended": {"a": ENDED, "b": ENDED}, "one lives": {"a": ENDED, "b": LIVE, "c": ENDED}}


@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
@pytest.mark.parametrize("runs", LIVES.values(), ids=LIVES)
def test_what_is_in_the_group_and_what_lives_decide(az, standing, content, runs):
    az.answers["resource list"] += [resource(path) for path in content]
    done = down(az, standing(runs).url)
    live = sum(outcome is None for outcome in runs.values())
    expected = len(copies(content)) + bool(live)
    assert len(refusals(done)) == expected
    assert {path for path in content if any(path in line for line in refusals(done))} == copies(content)
    assert done.returncode == bool(expected)
    assert f"{live} of {len(runs)} migrations live." in done.stdout
    assert all(path in done.stdout for path in content)  # whatever goes as well is named
    assert bool(exported(az)) is not bool(expected)


def test_what_others_put_into_the_group_is_named_though_a_policy_had_it_inherit_its_tags(az, standing):
    theirs = resource("/subscriptions/s/resourceGroups/rg-prod/providers/Microsoft.Sql/servers/theirs")
    az.answers["resource list"].append(theirs | {"tags": {"azd-env-name": "prod"}})
    assert f"not of this deployment, and deleted as well: {theirs['id']}" in down(az, standing({}).url).stdout


@pytest.mark.parametrize("given", ["audit", "migrations", "audit,migrations", "galleries", "all", "audit images"])
def test_no_choice_lets_a_gallery_go(az, standing, given):
    az.answers["resource list"].append(resource(GALLERY))
    done = down(az, standing({}).url, {"GIVE_UP": given, "TAKE_BACK": "all"})
    assert done.returncode == 1
    assert any(GALLERY in line for line in refusals(done))


def test_a_word_that_gives_up_nothing_is_refused(az, standing):
    done = down(az, standing({}).url, {"GIVE_UP": "galleries"})
    assert refusals(done) == ['GIVE_UP knows "audit" and "migrations", not "galleries"']


def test_live_migrations_go_only_when_they_are_given_up(az, standing):
    app = standing({"a": LIVE, "b": LIVE})
    done = down(az, app.url, {"GIVE_UP": "audit"})
    assert (done.returncode, "2 migrations live" in done.stderr) == (1, True)
    assert 'azd env set GIVE_UP "audit migrations"' in done.stderr
    assert down(az, app.url, {"GIVE_UP": "migrations"}).returncode == 0
    assert len(exported(az)) == 1


def test_the_audit_of_every_image_and_every_run_is_in_a_file_that_only_its_owner_reads(az, standing):
    runs = {f"image {number}/ä": ENDED for number in range(7)}
    done = down(az, standing(runs).url)
    ((file, lines),) = exported(az).items()
    assert [one["migration"]["id"] for one in lines] == sorted(runs)
    for one in lines:
        assert one["audit"][0]["entries"] == [{"of": one["migration"]["id"]}]
        assert [run for page in one["audit"] for run in page["earlier"]] == [{"run": 0}, {"run": 1}, {"run": 2}]
    assert file.stat().st_mode & 0o077 == 0
    assert (str(file.relative_to(az.folder)) in done.stdout, done.returncode) == (True, 0)


def test_an_audit_that_is_kept_elsewhere_is_not_asked_for(az, standing):
    app = standing({"a": ENDED})
    assert down(az, app.url, {"GIVE_UP": "audit"}).returncode == 0
    assert (exported(az), [path for path in app.asked if "audit" in path]) == ({}, [])


LIST, AUDIT = "/api/migrations", "/api/migrations/b/audit"
CIRCLE = json.dumps({"migrations": [], "next": "https://images.example/?top=500"}).encode()
BROKEN = [
    (LIST, 403, b""),
    (LIST, 404, b""),
    (LIST, 302, b""),
    (LIST, 200, b"<html>"),
    (LIST, 200, b"[]"),
    (LIST, 200, b'{"migrations": null}'),
    (LIST, 200, b'{"migrations": ["a"], "next": null}'),
    (LIST, 200, b'{"migrations": [{"outcome": {}}], "next": null}'),
    (LIST, 200, CIRCLE),
    (AUDIT, 404, b""),
    (AUDIT, 200, b"{}"),
    (AUDIT, 200, b'{"id": "b", "entries": []}'),
]


@pytest.mark.parametrize(("path", "code", "body"), BROKEN)
def test_an_audit_that_cannot_be_taken_out_keeps_the_group(az, standing, path, code, body):
    app = standing({"a": ENDED, "b": ENDED, "c": ENDED}, **{path: (code, body)})
    done = down(az, app.url)
    needed = "audit migrations" if path == LIST else "audit"
    (line,) = refusals(done)
    assert line.endswith(f'azd env set GIVE_UP "{needed}"')
    assert (done.returncode, exported(az)) == (1, {})
    assert down(az, app.url, {"GIVE_UP": needed}).returncode == 0
    assert down(az, app.url, {"GIVE_UP": "migrations"}).returncode == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"functionapp keys list": {"error": "AuthorizationFailed"}},
        {"functionapp keys list": {"functionKeys": {}}},
        {"resource list": [one for one in in_group(provision()) if one["type"] != "Microsoft.Web/sites"]},
    ],
    ids=["no right", "no key", "no app"],
)
def test_an_app_that_cannot_be_asked_keeps_the_group_until_both_are_given_up(az, standing, answers):
    az.answers |= answers
    app = standing({})
    assert down(az, app.url).returncode == 1
    assert [down(az, app.url, {"GIVE_UP": word}).returncode for word in ("audit", "migrations")] == [1, 1]
    assert down(az, app.url, {"GIVE_UP": "audit migrations"}).returncode == 0


def test_the_key_goes_nowhere_else(az, standing):
    """Links name the app's public address, and a redirect somebody else's."""
    other = standing({})
    app = standing({str(number): ENDED for number in range(5)})
    app.link = lambda self, path, start, length: f"{other.url}{path}?from={start + 2}" if start + 2 < length else None
    assert down(az, app.url).returncode == 0
    assert other.asked == []


def test_where_people_sign_in_a_token_is_shown(az, standing):
    app = standing({}, **{LIST: (401, b"")})
    assert "set ACCESS_TOKEN" in down(az, app.url).stderr
    az.answers["account get-access-token"] = {"accessToken": "for the app"}
    down(az, app.url, {"AUTH_CLIENT_ID": "client"})
    assert ["--resource", "api://client"] in [command[2:4] for command in az.asked if command[0] == "account"]


@pytest.mark.parametrize("command", ["group exists", "group show", "resource list", "deployment sub list"])
def test_nothing_goes_while_azure_cannot_be_asked(az, standing, command):
    az.answers = {key: answer for key, answer in az.answers.items() if not key.startswith(command)}
    az.answers[command] = {"error": "Please run 'az login' to setup account."}
    done = down(az, standing({}).url, {"GIVE_UP": "audit migrations"})
    assert (done.returncode, "az login" in done.stderr) == (1, True)


def test_a_group_that_is_gone_keeps_nobody(az):
    az.answers["group exists --name rg-prod "] = False
    done = down(az, "http://127.0.0.1:1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_deployment_of_another_project_that_azd_would_take_down_for_ours_keeps_it(az, standing):
    newer = record(provision(), {}, 9)
    az.answers["deployment sub list"].append(newer | {"tags": newer["tags"] | {"azd-project-name": "webshop"}})
    done = down(az, standing({}).url)
    assert (done.returncode, "azd provision --no-state" in done.stderr) == (1, True)


@pytest.mark.parametrize("python", pythons(), ids=lambda path: path.strip("/").replace("/", "-")[-20:])
def test_it_runs_in_every_python_there_is(az, standing, python):
    done = down(az, standing({"a": ENDED, "b": ENDED}).url, {}, python)
    assert (done.returncode, done.stderr) == (0, "")
    assert [len(lines) for lines in exported(az).values()] == [2]


# the app, asked from here


@pytest.fixture
def app(standing, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS_BETWEEN", 0)

    def start(**broken):
        stand = standing({"a": ENDED, "b": LIVE}, **broken)
        return App(stand.url, {"x-functions-key": KEY}), stand

    return start


@pytest.mark.parametrize(("code", "tries"), [(500, 3), (503, 3), (429, 3), (404, 1), (400, 1)])
def test_what_may_pass_is_tried_again(app, code, tries):
    asked, stand = app(**{LIST: (code, b"")})
    with pytest.raises(AppError, match=str(code)):
        asked.migrations()
    assert len(stand.asked) == tries


def test_an_app_that_is_not_there_is_said_to_be(monkeypatch):
    monkeypatch.setattr(asking, "SECONDS_BETWEEN", 0)
    with pytest.raises(AppError, match="cannot be reached"):
        App("http://127.0.0.1:1", {}).migrations()


def test_pages_are_read_to_their_end(app):
    asked, _ = app()
    assert [one["id"] for one in asked.migrations()] == ["a", "b"]
    runs = itertools.chain.from_iterable(page["earlier"] for page in asked.audit("a"))
    assert list(runs) == [{"run": 0}, {"run": 1}, {"run": 2}]
