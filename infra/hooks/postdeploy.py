"""After the code is there: subscribes the function to the topic's events. Event Grid accepts only one that exists.

Azure needs a while for both that it asks about: the function's endpoint, and the topic's new role on the dead letters.
A function that is switched off is none that exists: then the subscription is left as it is, or not there.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from infra.hooks.azure import AzureError, az
from infra.hooks.resets import app_settings, switched_off

TRIGGER = "image_tagged"
TEMPLATE = Path(__file__).parents[1] / "events.bicep"
TRIES = 6
SECONDS_BETWEEN = 30
LEFT_ALONE = (
    f"{TRIGGER} is switched off, and Event Grid would not take it: its subscription stays as it is, or is not made. "
    "Once the function is on again: azd hooks run postdeploy"
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
    for left in reversed(range(TRIES)):
        try:
            off = switched_off(app_settings(os.environ["AZURE_FUNCTION_APP_ID"]))
            if TRIGGER in {name.lower() for name in off}:
                print(LEFT_ALONE)
            else:
                subscribe()
        except AzureError as error:
            again = f"; trying again in {SECONDS_BETWEEN} seconds, {left} times more" if left else ""
            print(f"The app is not subscribed to events yet: {error}{again}", file=sys.stderr)
        else:
            return 0
        if left:
            time.sleep(SECONDS_BETWEEN)
    return 1


def subscribe() -> None:
    group = ["--resource-group", os.environ["EVENT_TOPIC_RESOURCE_GROUP"]]
    where = ["--subscription", os.environ["AZURE_SUBSCRIPTION_ID"], *group]
    given = [f"{name}={os.environ[variable]}" for name, variable in PARAMETERS.items()]
    template = ["--name", f"events-of-{os.environ['AZURE_FUNCTION_APP_NAME']}", "--template-file", str(TEMPLATE)]
    az("deployment", "group", "create", *where, *template, "--parameters", *given)


if __name__ == "__main__":
    sys.exit(main())
