"""What only a deployment can show, question by question. One has a test message sent to everybody who is told."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from infra.smoke.asking import KEY, App, UnreachableError
from infra.smoke.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

NOWHERE = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/smoke/providers/Microsoft.Compute/images/none"
)
CLAIMS = {"auth_typ": "aad", "claims": [{"typ": "preferred_username", "val": "forged@example.com"}]}
FORGED = {"X-MS-CLIENT-PRINCIPAL": base64.b64encode(json.dumps(CLAIMS).encode()).decode()}
REFUSALS = {301, 302, 401, 403}
WHERE = ("EVENT_TOPIC_NAME", "EVENT_TOPIC_RESOURCE_GROUP", "AZURE_FUNCTION_APP_NAME", "AZURE_SUBSCRIPTION_ID")
REACHED = "the app can be reached"
SECONDS_OF_A_TRIAL = 150  # the app itself waits a minute for a worker
PARTS = {
    "records": "a record can be written and read",
    "task-hub": "the task hub runs an orchestration",
    "rights": "it has the rights that it is deployed for",
}
TURNED_AWAY = "sign-in does not take this token"
OUTSIDE = {"rights"}  # a new role may not be in force yet


def reaches(url: str, headers: dict[str, str]) -> App | Finding:
    """Return the app, or that nobody answers there, or not to somebody here."""
    try:
        app = App(url, headers)
    except UnreachableError as error:
        return Finding(REACHED, is_good=None, seen=str(error))
    return (
        Finding(REACHED, is_good=None, seen="it lets nobody in from here: ask inside its network")
        if app.is_closed
        else app
    )


def ask(app: App, questions: tuple[Callable[[App], list[Finding]], ...]) -> list[Finding]:
    """Ask one after the other; where the answer stops, so do the questions."""
    found: list[Finding] = []
    for question in questions:
        try:
            found += question(app)
        except UnreachableError as error:
            return [*found, Finding("the app goes on answering", is_good=False, seen=str(error))]
    return found


def plans(app: App) -> list[Finding]:
    """A 422 that says why comes from the app itself, with its settings read and Azure asked."""
    question = "it answers, and can read its settings"
    if not app.may_ask:
        return [_unasked(app, question)]
    answer = app.post("migrations/plan", {"sourceImageId": NOWHERE})
    if app.turns_away(answer):
        return [Finding(question, None, f"{answer.status}: {TURNED_AWAY}")]
    is_good = answer.status == 422 and "problem+json" in answer.media
    return [Finding(question, is_good, "an image that does not exist is refused" if is_good else answer.words)]


def needs_a_key(app: App) -> list[Finding]:
    status = app.get("/api/migrations", {}).status
    return [Finding("nothing is told without a key", status in REFUSALS, str(status))]


def refuses_forgery(app: App) -> list[Finding]:
    """The header that carries identity opens nothing from outside; with sign-in on, not even with a key."""
    headers = [FORGED]
    if app.signs_in and KEY in app.headers:
        headers.append({**FORGED, KEY: app.headers[KEY]})
    codes = [app.get("/api/migrations", one).status for one in headers]
    return [Finding("a forged sign-in header is refused", REFUSALS.issuperset(codes), ", ".join(map(str, codes)))]


def works(app: App) -> list[Finding]:
    """The app tries what migrations depend on, and says of each part what came of it."""
    if not app.may_ask:
        return [_unasked(app, question) for question in PARTS.values()]
    answer = app.post("self-test", _places(), SECONDS_OF_A_TRIAL)
    if app.turns_away(answer):
        return [Finding(question, None, f"{answer.status}: {TURNED_AWAY}") for question in PARTS.values()]
    told = {str(one.get("part")): one for one in answer.body.get("parts") or []}
    return [
        Finding(question, told[part]["works"], "; ".join(told[part]["seen"]), part in OUTSIDE)
        if part in told
        else Finding(question, is_good=False, seen=answer.words)
        for part, question in PARTS.items()
    ]


def tells_people(app: App) -> list[Finding]:
    """A message reaches every address; that there is none is no error, and is said."""
    question = "whoever is to be told is reached"
    if not app.may_ask:
        return [_unasked(app, question)]
    answer = app.post("notifications/test", {}, SECONDS_OF_A_TRIAL)
    if app.turns_away(answer):
        return [Finding(question, None, f"{answer.status}: {TURNED_AWAY}")]
    try:
        told = answer.body
        missed = [one for one in told["addresses"] if not one["reached"]]
        wrong = [f"{one['setting']} ({one['address']}): {one['why']}" for one in missed]
        wrong += [f"{one['field']}: {one['message']}" for one in told["problems"]]
        seen = [*told["notes"], *wrong] or [f"a test message went to all {told['reached']}"]
    except (KeyError, TypeError):
        return [Finding(question, is_good=False, seen=answer.words)]
    return [Finding(question, not wrong, "; ".join(seen), is_outside=True)]


def hears_events(_app: App) -> list[Finding]:
    question = "the event subscription is there"
    topic, group, name, subscription = (os.environ.get(one, "") for one in WHERE)
    program = shutil.which("az")
    if program is None or not (topic and group and name):
        return [Finding(question, None, "it takes az, and the variables of azd's environment")]
    where = ["--system-topic-name", topic, "--resource-group", group, "--name", f"tagged-images-{name}"]
    command = [program, "eventgrid", "system-topic", "event-subscription", "show", *where]
    command += ["--subscription", subscription] if subscription else []
    done = subprocess.run([*command, "--output", "json"], capture_output=True, text=True, check=False)
    if done.returncode:
        return [Finding(question, is_good=False, seen=done.stderr.strip()[:200])]
    state = str(json.loads(done.stdout).get("provisioningState"))
    return [Finding(question, state == "Succeeded", state)]


ABOUT_THE_APP = (plans, needs_a_key, refuses_forgery, works)
EVERYTHING = (*ABOUT_THE_APP, tells_people, hears_events)


def _unasked(app: App, question: str) -> Finding:
    missing = "people sign in here: set ACCESS_TOKEN" if KEY in app.headers else "it takes a function key"
    return Finding(question, None, missing)


def _places() -> dict[str, Any]:
    """Where the deployment gave the app its rights, by the choices of azd's environment; without one, nowhere."""
    subscriptions = [f"/subscriptions/{one}" for one in _named("SUBSCRIPTIONS") or _named("AZURE_SUBSCRIPTION_ID")]
    return {"sources": _named("SOURCE_GROUPS") or subscriptions, "galleries": _named("GALLERY_GROUPS") or subscriptions}


def _named(variable: str) -> list[str]:
    return [one for one in re.split(r"[,\s]+", os.environ.get(variable, "")) if one]
