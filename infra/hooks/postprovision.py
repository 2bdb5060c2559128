"""After the change: names the rights and resources of earlier deployments that this one does not contain any more.

First it waits where there are new rights, for azd goes on to store the code with one: a role is not in force as soon as
it is made.

A deployment adds and never removes. What a narrower choice, another region or an `azd down` leaves behind is a right
that somebody still has, and what the network or another backend leaves behind costs, so the commands that take it away
are printed. They are not run: the groups may be others', and a backend that was left holds what became of migrations.
Only deployments of this app count: another project's environment may have the same name.
"""

from __future__ import annotations

import re
import sys
import time
from datetime import datetime, timezone
from typing import Any

from infra.hooks.azure import AzureError, assignments_at, assignments_of, contents, deployments, made, succeeded
from infra.hooks.choices import given

SECONDS_OF_ROLES = 90
RECORDS = "microsoft.storage/storageaccounts"
HELD = "holds its table of records, the audit among them: look what is in it before you remove it by hand"
LEFT_OVER = 'TAKE_BACK has been used; where azd keeps it, it disarms the next deployment, too: azd env set TAKE_BACK ""'
TOPICS = "providers/Microsoft.EventGrid/systemTopics"
FRACTION = re.compile(r"\.\d+")  # of any length; with Z, Python 3.9 reads neither


def main() -> int:
    try:
        history = deployments()
        time.sleep(_still_to_wait(history))
        stays, unused = left_behind(history), no_longer_made(history)
    except AzureError as error:
        print(f"What stays behind could not be looked for: {error}", file=sys.stderr)
        return 0  # the deployment itself is done
    kept = [one["id"] for one in unused if one["type"].lower() == RECORDS]
    removable = [one["id"] for one in unused if one["id"] not in kept]
    if removable:
        print("These resources of earlier deployments are not part of this one, and stay until you remove them:")
        print(f"  az resource delete --ids {' '.join(removable)}")
    for path in kept:
        print(f"{path} is not part of this deployment, and {HELD}")
    if given("TAKE_BACK"):
        print(LEFT_OVER)
    if stays:
        print("These rights of earlier deployments are not part of this one and stay until you take them away:")
    for path in stays:
        print(f"  az role assignment delete --ids {path}")
    return 0


def _still_to_wait(history: list[dict[str, Any]]) -> float:
    """Seconds until rights that no deployment before the last one made are taken to be in force."""
    known = {key for one in history[1:] for key in assignments_of(one)}
    if not any(assignments_of(one).keys() - known for one in history[:1]):
        return 0.0
    ended = FRACTION.sub("", str(history[0]["properties"]["timestamp"])).replace("Z", "+00:00")
    since = datetime.now(timezone.utc) - datetime.fromisoformat(ended)  # noqa: UP017 - Python 3.9
    return max(0.0, SECONDS_OF_ROLES - since.total_seconds())


def left_behind(history: list[dict[str, Any]]) -> list[str]:
    """Ids of the assignments that earlier deployments made, the last one did not, and Azure still has."""
    last = next((one for one in history if succeeded(one)), None)
    if last is None:
        return []
    stays = assignments_of(last)
    gone = {key: path for one in history for key, path in assignments_of(one).items() if key not in stays}
    there = {path.lower() for path in assignments_at(gone.values())}
    return sorted(path for key, path in gone.items() if key in there)


def no_longer_made(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What earlier deployments made in the group, the last one did not, is still there, and is used no more."""
    last = next((one for one in history if succeeded(one)), None)
    if last is None:
        return []
    kept = {path.lower() for path in made(last)}
    gone = {path.lower() for one in history for path in made(one)} - kept
    there = [one for one in contents() if one["id"].lower() in gone and not _is_chosen_topic(one)] if gone else []
    return sorted(there, key=lambda one: str(one["id"]))


def _is_chosen_topic(one: dict[str, Any]) -> bool:
    """Whether it is the system topic that a choice names: made once, and in use, if not made any more."""
    chosen = f"/resourcegroups/{given('SYSTEM_TOPIC_RESOURCE_GROUP')}/{TOPICS}/{given('SYSTEM_TOPIC_NAME')}"
    return str(one["id"]).lower().endswith(chosen.lower())


if __name__ == "__main__":
    sys.exit(main())
