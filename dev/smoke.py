"""Asks a deployed app what only a deployment can show, and has it send a test message to everybody it would tell.

Run by `make smoke URL=...`; never ships.

A function key comes in FUNCTIONS_KEY; where people sign in, an access token for the app in ACCESS_TOKEN, too. The names
that azd puts into its environment say where the event subscription is.
"""

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import requests

SECONDS = 60  # a cold start is among them
NOWHERE = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/smoke/providers/Microsoft.Compute/images/none"
)
CLAIMS = {"auth_typ": "aad", "claims": [{"typ": "preferred_username", "val": "forged@example.com"}]}
FORGED = {"X-MS-CLIENT-PRINCIPAL": base64.b64encode(json.dumps(CLAIMS).encode()).decode()}
TOKEN = "people sign in here: set ACCESS_TOKEN"
REFUSALS = {301, 302, 401, 403}
WHERE = ("EVENT_TOPIC_NAME", "EVENT_TOPIC_RESOURCE_GROUP", "AZURE_FUNCTION_APP_NAME", "AZURE_SUBSCRIPTION_ID")


class Finding(NamedTuple):
    """What one question came to. `is_good` is None where it could not be asked."""

    question: str
    is_good: bool | None
    seen: str


class App:
    """The deployed app, asked with the key and token of whoever looks, or without."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.key = {"x-functions-key": os.environ.get("FUNCTIONS_KEY", "")}
        token = os.environ.get("ACCESS_TOKEN")
        self.token = {"Authorization": f"Bearer {token}"} if token else {}
        self.signs_in = self.get("/.auth/login/aad", {}).status_code in {301, 302}

    def get(self, path: str, headers: dict[str, str]) -> requests.Response:
        return requests.get(f"{self.url}{path}", headers=headers, timeout=SECONDS, allow_redirects=False)

    def post(self, path: str, body: dict[str, str]) -> requests.Response:
        headers, url = self.key | self.token, f"{self.url}/api/{path}"
        return requests.post(url, json=body, headers=headers, timeout=SECONDS, allow_redirects=False)


def said(answer: requests.Response) -> str:
    """Return what an answer says that was not expected: of a problem its words, not its JSON."""
    try:
        problem = answer.json()
        errors = [f"{one['field']}: {one['message']}" for one in problem.get("errors", [])]
        return f"{answer.status_code} {'; '.join([problem['title'], *errors])}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return str(answer.status_code)


def plans(app: App) -> Finding:
    """A 422 that says why comes from the app itself, with its settings read and Azure asked."""
    question = "the plan endpoint answers"
    if app.signs_in and not app.token:
        return Finding(question, None, TOKEN)
    answer = app.post("migrations/plan", {"sourceImageId": NOWHERE})
    is_good = answer.status_code == 422 and "problem+json" in answer.headers.get("Content-Type", "")
    seen = "an image that does not exist is refused" if is_good else said(answer)
    return Finding(question, is_good, seen)


def needs_a_key(app: App) -> Finding:
    answer = app.get("/api/migrations", {})
    return Finding("nothing is told without a key", answer.status_code in REFUSALS, str(answer.status_code))


def refuses_forgery(app: App) -> Finding:
    """The header that carries identity opens nothing from outside; with sign-in on, not even with a key."""
    answers = [app.get("/api/migrations", FORGED)]
    if app.signs_in:
        answers.append(app.get("/api/migrations", FORGED | app.key))
    codes = [answer.status_code for answer in answers]
    return Finding("a forged sign-in header is refused", REFUSALS.issuperset(codes), ", ".join(map(str, codes)))


def tells_people(app: App) -> Finding:
    """A message reaches every address; that there is none is no error, and is said."""
    question = "whoever is to be told is reached"
    if app.signs_in and not app.token:
        return Finding(question, None, TOKEN)
    answer = app.post("notifications/test", {})
    try:
        told = answer.json()
        missed = [one for one in told["addresses"] if not one["reached"]]
        wrong = [f"{one['setting']} ({one['address']}): {one['why']}" for one in missed]
        wrong += [f"{one['field']}: {one['message']}" for one in told["problems"]]
        seen = [*told["notes"], *wrong] or [f"a test message went to all {told['reached']}"]
    except (ValueError, KeyError, TypeError):
        return Finding(question, is_good=False, seen=said(answer))
    return Finding(question, not wrong, "; ".join(seen))


def hears_events(_app: App) -> Finding:
    question = "the event subscription is there"
    topic, group, name, subscription = (os.environ.get(one, "") for one in WHERE)
    program = shutil.which("az")
    if program is None or not (topic and group and name):
        return Finding(question, None, "it takes az, and the variables of azd's environment")
    where = ["--system-topic-name", topic, "--resource-group", group, "--name", f"tagged-images-{name}"]
    command = [program, "eventgrid", "system-topic", "event-subscription", "show", *where]
    command += ["--subscription", subscription] if subscription else []
    done = subprocess.run([*command, "--output", "json"], capture_output=True, text=True, check=False)
    if done.returncode:
        return Finding(question, is_good=False, seen=done.stderr.strip()[:200])
    state = str(json.loads(done.stdout).get("provisioningState"))
    return Finding(question, state == "Succeeded", state)


QUESTIONS: tuple[Callable[[App], Finding], ...] = (plans, needs_a_key, refuses_forgery, tells_people, hears_events)


def findings(url: str) -> Iterator[Finding]:
    app = App(url)
    for ask in QUESTIONS:
        yield ask(app)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="?", help="address of the app; else AZURE_FUNCTION_APP_URL")
    url = parser.parse_args().url or os.environ.get("AZURE_FUNCTION_APP_URL")
    if not url:
        parser.error("say which app: make smoke URL=https://...")
    try:
        found = list(findings(url))
    except requests.RequestException as error:
        print(f"no answer: {error}")
        return 1
    words = {True: "yes", False: "NO", None: "not asked"}
    for one in found:
        print(f"{words[one.is_good]:9}  {one.question}: {one.seen}")
    unasked = sum(one.is_good is None for one in found)
    if unasked:
        print(f"{unasked} of {len(found)} questions could not be asked: whether all is well is not known")
    return 1 if any(one.is_good is False for one in found) else 2 if unasked else 0


if __name__ == "__main__":
    sys.exit(main())
