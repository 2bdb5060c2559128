"""What people and programs send: it is understood, or what is wrong is named. Nothing of it makes the app fail."""

import json

import pytest
import requests

from tests.support.documents import image_id
from tests.support.functions import bindings
from tests.support.running.app import PROBLEM, outcome
from tests.support.waiting import eventually
from triggers.answering.responding import LONGEST_BODY_BYTES, LONGEST_FLEET_BYTES

HALF = "\\ud800"  # as JSON spells half a surrogate pair
LONG = 5 * 1024 * 1024
DEEP = "[" * 100_000
IMAGE = image_id("web")


def send(app, method, path, body, **headers):
    """Send a body as it is written here."""
    headers |= {"x-functions-key": app.host.function_key, "Content-Type": "application/json"}
    content = body if isinstance(body, bytes) else body.encode()
    return requests.request(method, f"{app.host.url}/api/{path}", data=content, headers=headers, timeout=60)


def is_named(answer):
    assert answer.status_code in {400, 413, 422}, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["Content-Type"].startswith(PROBLEM)
    assert answer.json()["title"]


@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
@pytest.mark.parametrize("body", [f'{{"sourceImageId": "{IMAGE}{HALF}"}}', "", DEEP, b"\xff\xfe"])
def test_a_body_that_makes_no_sense_on_its_way_through_the_host_is_told_so(app, path, body):
    """All that make no sense are in `tests/planning/test_bodies.py`, without a host."""
    is_named(send(app, "POST", path, body))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["%ED%A0%80", "%00", "%0A", "%FF", "..%2F..", "x" * 5000, "migrate-%D9%A3-0123456789"])
def test_a_migration_of_an_impossible_name_is_not_found(app, method, name):
    path = {"GET": f"migrations/{name}", "POST": f"migrations/{name}/cancel"}[method]
    answer = send(app, method, path, "")
    assert answer.status_code in {400, 404, 414}, f"{answer.status_code} {answer.text[:300]}"


def test_a_reason_that_is_too_long_is_told_so_and_the_longest_is_cut(app, azure, waiting):
    for letters, status in ((LONG, 413), (1_025, 422)):
        answer = app.call("POST", waiting["links"]["cancel"], {"reason": "x" * letters})
        assert answer.status_code == status, answer.text[:300]
        assert not app.has_changed(waiting)
    assert [problem["field"] for problem in answer.json()["errors"]] == ["reason"]
    answer = app.call("POST", waiting["links"]["cancel"], {"reason": "x" * 1_024})
    assert answer.status_code == 202, answer.text[:300]
    ended = app.ended(waiting["id"])
    assert outcome(ended)[0] == "Cancelled"
    assert len(ended["outcome"]["reason"]) < 2000
    assert azure.exists(waiting["sourceImageId"])


@pytest.mark.parametrize("reason", ["\u0000\u0007", "\u202e", "\n" * 100, "愛" * 1000, "😀" * 900])
def test_any_text_may_be_a_reason(app, waiting, reason):
    assert app.call("POST", waiting["links"]["cancel"], {"reason": reason}).status_code == 202
    assert outcome(app.ended(waiting["id"]))[0] == "Cancelled"


@pytest.mark.parametrize("reason", [f'"{HALF}"', "1", "[]", "{}", "true"])
def test_a_reason_that_is_no_text_is_told_so_and_cancels_nothing(app, waiting_too, reason):
    is_named(send(app, "POST", f"migrations/{waiting_too['id']}/cancel", f'{{"reason": {reason}}}'))
    assert not app.has_changed(waiting_too)


@pytest.fixture(scope="module")
def waiting_too(waiting_migrations):
    """One migration for all that must not change it."""
    return waiting_migrations.take()


@pytest.mark.parametrize(
    "changes",
    [
        {"approver": HALF},
        {"comment": HALF},
        {"approver": "\\u0000"},
        {"approver": ""},
        {"imageVersionId": HALF},
        {"decision": "\\u0661"},
        {"callback": HALF},
    ],
)
def test_a_decision_that_is_no_text_is_told_so_and_decides_nothing(app, waiting_too, changes):
    said = {"decision": "approve", "approver": "Ada", "imageVersionId": waiting_too["imageVersionId"]} | changes
    body = json.dumps(said).replace("\\\\u", "\\u")
    is_named(send(app, "POST", f"migrations/{waiting_too['id']}/approval", body))
    assert not app.has_changed(waiting_too)


@pytest.mark.parametrize(("letters", "status"), [(LONG, 413), (1_025, 422)])
def test_a_comment_that_is_too_long_decides_nothing(app, waiting_too, letters, status):
    answer = app.decide(waiting_too, decision="reject", comment="x" * letters)
    assert answer.status_code == status, answer.text[:300]
    assert not app.has_changed(waiting_too)


def test_what_an_address_names_is_not_repeated_without_end(app):
    answer = app.call("GET", f"migrations/{'m' * 3_000}")
    assert (answer.status_code, len(answer.text) < 1_500) == (404, True)


@pytest.mark.parametrize("content", [f'"{HALF}"', "{", "", DEEP, '{"decision": "approve"}', b"\xff", "x" * 100_000])
@pytest.mark.parametrize("event", ["Approval", "Cancelled", "News"])
def test_events_that_make_no_sense_change_nothing(app, waiting_too, content, event):
    content = content if isinstance(content, bytes) else content.encode()
    assert app.raise_event(waiting_too["id"], event, content).status_code < 500
    found = eventually(lambda: app.migration(waiting_too["id"]))
    assert (found["phase"], found["outcome"], found["waitingFor"]) == ("AwaitingApproval", None, "approval")


BINDINGS = bindings("httpTrigger")
ROUTES = sorted(
    (method, binding.route)
    for binding in BINDINGS.values()
    for method in {getattr(one, "value", one) for one in binding.methods}
)


OF_ROWS = {"fleets", "fleets/plan", "fleets/{id}/approval"}  # of up to ten thousand images
# Without a link, no form is read; and JSON is no sheet, however long.
NOT_READ = {"approvals/{id}": 404, "fleet-approvals/{id}": 404, "fleets/sheet": 415}


def test_the_routes_are_known():
    assert {("POST", "pause"), ("POST", "migrations/{id}/ask-again"), ("GET", "images")} <= set(ROUTES)


@pytest.mark.parametrize(("method", "route"), ROUTES)
@pytest.mark.parametrize("known", [True, False])
def test_no_answer_is_kept_by_whoever_carries_it(app, waiting_too, method, route, known):
    """An answer may hold the callback's token, and is true for a moment: whatever it says, and whoever asks.

    What would change the migration that is known is sent by another site.
    """
    path = route.replace("{id}", waiting_too["id"] if known else "no-such-migration")
    more = {"Origin": "https://elsewhere.example"} if known else {}
    answer = send(app, method, path, json.dumps({"sourceImageId": image_id("none")}), **more)
    assert answer.headers["Cache-Control"] == "no-store", f"{answer.status_code} {answer.text[:300]}"
    assert not app.has_changed(waiting_too)


@pytest.mark.parametrize("route", [route for method, route in ROUTES if method == "POST"])
def test_more_than_anybody_has_to_say_is_refused_before_it_is_read(app, waiting_too, route):
    path = route.replace("{id}", waiting_too["id"])
    answer = send(app, "POST", path, "{" + " " * (LONGEST_FLEET_BYTES if route in OF_ROWS else LONGEST_BODY_BYTES))
    assert answer.status_code == NOT_READ.get(route, 413)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not app.has_changed(waiting_too)
