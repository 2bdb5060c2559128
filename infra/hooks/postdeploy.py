"""After the code is there: has secrets read anew, and subscribes the function to the topic's events.

Event Grid accepts only a function that exists. Azure needs a while for what it asks about: the function's endpoint, the
topic's new role on the dead letters, and the app's on the vault.
A function that is switched off is none that exists: then the subscription is left as it is, or not there.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from infra.hooks.azure import AzureError, az
from infra.hooks.choices import given
from infra.hooks.resets import app_settings, switched_off

if TYPE_CHECKING:
    from collections.abc import Callable

TRIGGER = "image_tagged"
TEMPLATE = Path(__file__).parents[1] / "events.bicep"
TRIES = 6
SECONDS_BETWEEN = 30
REFERENCE = "@Microsoft.KeyVault("
REFERENCES = "config/configreferences/appsettings"
VERSION = "api-version=2022-03-01"
NOT_YET = {"resolve": "The app cannot read its secrets", "listen": "The app is not subscribed to events"}
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
    needed = {*PARAMETERS.values(), "EVENT_TOPIC_RESOURCE_GROUP", "AZURE_FUNCTION_APP_NAME"}
    if missing := sorted(name for name in needed if not given(name)):
        print(f"This environment does not know {', '.join(missing)}: azd env refresh, then {AGAIN}", file=sys.stderr)
        return 1
    steps = [resolve, listen]
    for left in reversed(range(TRIES)):
        steps = [step for step in steps if not _done(step, left)]
        if not steps:
            return 0
        if left:
            time.sleep(SECONDS_BETWEEN)
    return 1


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


def subscribe() -> None:
    group = ["--resource-group", os.environ["EVENT_TOPIC_RESOURCE_GROUP"]]
    where = ["--subscription", os.environ["AZURE_SUBSCRIPTION_ID"], *group]
    parameters = [f"{name}={os.environ[variable]}" for name, variable in PARAMETERS.items()]
    template = ["--name", f"events-of-{os.environ['AZURE_FUNCTION_APP_NAME']}", "--template-file", str(TEMPLATE)]
    az("deployment", "group", "create", *where, *template, "--parameters", *parameters)


if __name__ == "__main__":
    sys.exit(main())
