"""After the code is there: has secrets read anew, subscribes the function to events, asks the app whether it is well.

Event Grid accepts only a function that exists. Azure needs a while for what it asks about: the function's endpoint, the
topic's new role on the dead letters, and the app's on the vault.
A function that is switched off is none that exists: then the subscription is left as it is, or not there.
An app that is not well fails the deployment. What could not be asked, a message that did not arrive, and a right that
the app does not have yet are said, and do not.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from infra.hooks.app import AppError, key, token
from infra.hooks.azure import AzureError, az
from infra.hooks.choices import given
from infra.hooks.resets import app_settings, switched_off
from infra.smoke.asking import App
from infra.smoke.findings import Finding, breaks_a_deployment, table
from infra.smoke.questions import ABOUT_THE_APP, ask, reaches, tells_people

if TYPE_CHECKING:
    from collections.abc import Callable

TRIGGER = "image_tagged"
TEMPLATE = Path(__file__).parents[1] / "events.bicep"
TRIES = 6
SECONDS_BETWEEN = 30
REFERENCE = "@Microsoft.KeyVault("
REFERENCES = "config/configreferences/appsettings"
VERSION = "api-version=2022-03-01"
NOT_YET = {
    "resolve": "The app cannot read its secrets",
    "listen": "The app is not subscribed to events",
    "prove": "The app is not well",
}
AGAIN = "azd hooks run postdeploy"
LEFT_ALONE = (
    f"{TRIGGER} is switched off, and Event Grid would not take it: its subscription stays as it is, or is not made. "
    f"Once the function is on again: {AGAIN}"
)
CLOSED = (
    "PRIVATE_APP: Event Grid reaches no app that is closed, so it is not subscribed. Tagged images are found within "
    "MIGRATION_SWEEP. If the app was open before, its events end as dead letters until this is run: "
    "az eventgrid system-topic event-subscription delete"
)
PARAMETERS = {
    "topicName": "EVENT_TOPIC_NAME",
    "functionAppId": "AZURE_FUNCTION_APP_ID",
    "identityClientId": "APP_IDENTITY_CLIENT_ID",
    "storageResourceGroup": "AZURE_RESOURCE_GROUP",
    "storageAccountName": "AZURE_STORAGE_ACCOUNT_NAME",
    "deadLetterContainer": "DEAD_LETTER_CONTAINER",
}


def main() -> int:
    needed = {*PARAMETERS.values(), "EVENT_TOPIC_RESOURCE_GROUP", "AZURE_FUNCTION_APP_NAME", "AZURE_FUNCTION_APP_URL"}
    if missing := sorted(name for name in needed if not given(name)):
        print(f"This environment does not know {', '.join(missing)}: azd env refresh, then {AGAIN}", file=sys.stderr)
        return 1
    proof = Proof()
    steps = _tried([resolve, listen, proof.prove])
    proof.tell()
    return 1 if proof.fails or any(step.__name__ != "prove" for step in steps) else 0


def _tried(steps: list[Callable[[], None]]) -> list[Callable[[], None]]:
    """Try each until it is done, as long as Azure may need; returns those that are not."""
    for left in reversed(range(TRIES)):
        steps = [step for step in steps if not _done(step, left)]
        if not steps:
            break
        if left:
            time.sleep(SECONDS_BETWEEN)
    return steps


def _done(step: Callable[[], None], left: int) -> bool:
    try:
        step()
    except AzureError as error:
        again = f"; trying again in {SECONDS_BETWEEN} seconds, {left} times more" if left else ""
        print(f"{NOT_YET[step.__name__]} yet: {error}{again}", file=sys.stderr)
        return False
    return True


def resolve() -> None:
    """Have the app's secrets read anew: one that failed once, or was changed, would not be for a day."""
    app = os.environ["AZURE_FUNCTION_APP_ID"]
    if not any(value.startswith(REFERENCE) for value in app_settings(app).values()):
        return
    az("rest", "--method", "post", "--url", f"{app}/{REFERENCES}/refresh?{VERSION}")
    shown = az("rest", "--method", "get", "--url", f"{app}/{REFERENCES}?{VERSION}")["value"]
    states = {one["name"]: one["properties"]["status"] for one in shown}
    if failed := [f"{name} is {state}" for name, state in sorted(states.items()) if state != "Resolved"]:
        raise AzureError(", ".join(failed))


def listen() -> None:
    """Subscribe, unless the function is switched off, or nobody from outside reaches the app."""
    if given("PRIVATE_APP") == "true":
        print(f"{CLOSED} {' '.join(_subscription())}")
        return
    off = switched_off(app_settings(os.environ["AZURE_FUNCTION_APP_ID"]))
    if TRIGGER in {name.lower() for name in off}:
        print(LEFT_ALONE)
    else:
        subscribe()


def _subscription() -> list[str]:
    """Options that name it, as the template does."""
    name = ["--name", f"tagged-images-{os.environ['AZURE_FUNCTION_APP_NAME']}"]
    topic = ["--system-topic-name", os.environ["EVENT_TOPIC_NAME"]]
    return [*name, *topic, "--resource-group", os.environ["EVENT_TOPIC_RESOURCE_GROUP"]]


class Proof:
    """What the app answered, the last time that it was asked."""

    def __init__(self) -> None:
        self.app: App | None = None
        self.found: list[Finding] = []

    def prove(self) -> None:
        """Ask it; a no may pass, and what cannot be asked by whoever deploys will not."""
        try:
            headers, unasked = {**key(os.environ["AZURE_FUNCTION_APP_ID"]), **token()}, []
        except (AppError, AzureError) as error:
            headers, unasked = {}, [Finding("there is a key for it, or a token", is_good=None, seen=str(error))]
        app = reaches(os.environ["AZURE_FUNCTION_APP_URL"], headers)
        self.app, found = (app, ask(app, ABOUT_THE_APP)) if isinstance(app, App) else (None, [app])
        self.found = unasked + found
        if wrong := [one for one in self.found if one.is_good is False]:
            raise AzureError("; ".join(f"{one.question}: no ({one.seen})" for one in wrong))

    def tell(self) -> None:
        """Have one test message sent, however often the rest was asked, and say what came of it all."""
        if self.app:
            self.found += ask(self.app, (tells_people,))
        print(table(self.found))

    @property
    def fails(self) -> bool:
        return any(map(breaks_a_deployment, self.found))


def subscribe() -> None:
    group = ["--resource-group", os.environ["EVENT_TOPIC_RESOURCE_GROUP"]]
    where = ["--subscription", os.environ["AZURE_SUBSCRIPTION_ID"], *group]
    parameters = [f"{name}={os.environ[variable]}" for name, variable in PARAMETERS.items()]
    template = ["--name", f"events-of-{os.environ['AZURE_FUNCTION_APP_NAME']}", "--template-file", str(TEMPLATE)]
    az("deployment", "group", "create", *where, *template, "--parameters", *parameters)


if __name__ == "__main__":
    sys.exit(main())
