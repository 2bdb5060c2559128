"""Before anything is changed: refuses what Azure would refuse half-way, and what would take back a choice unnoticed.

Each refusal says what to type instead. What would be taken back is found in `resets.py`, what must come before it in
`undoing/`, what Azure does not allow in `limits.py`.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from infra.hooks.azure import (
    ENVIRONMENT,
    AzureError,
    az,
    contents,
    deployments_of_this_name,
    group,
    group_name,
    is_ours,
    made,
    tags,
)
from infra.hooks.choices import given, references
from infra.hooks.limits import fixed, groups, network, region, retention, tagging, zones
from infra.hooks.resets import taken_back
from infra.hooks.undoing.backend import another_backend
from infra.hooks.undoing.scopes import left_subscriptions

LONGEST_NAME = 32
NOT_OURS = (
    "is there and not this app's: it would get our tags, and azd down would delete it with all that is in it. Choose "
    "another name (azd env new), or remove the group if nobody needs it"
)
TOPIC_TYPE = "microsoft.resources.subscriptions"


def main() -> int:
    if not given("AZURE_SUBSCRIPTION_ID"):
        print(
            "refused: no subscription is chosen: azd up asks, azd env set AZURE_SUBSCRIPTION_ID tells", file=sys.stderr
        )
        return 1
    try:
        problems = [*environment(), *tagging(), *references(), *retention(), *groups(), *network(), *zones(), *topic()]
        problems += place()
    except AzureError as error:
        problems = [f"Azure could not be asked: {error}"]
    for problem in problems:
        print(f"refused: {problem}", file=sys.stderr)
    return 1 if problems else 0


def environment() -> list[str]:
    name, problems = os.environ["AZURE_ENV_NAME"], []
    if len(name) > LONGEST_NAME or name.endswith("."):
        problems.append(f"the environment's name {name!r} may have {LONGEST_NAME} characters, and no dot at its end")
    if given("GIVE_UP"):
        problems.append('GIVE_UP is left over from an azd down and would disarm the next: azd env set GIVE_UP ""')
    return problems


def topic() -> list[str]:
    """Azure allows one system topic a subscription, and dead letters are written with its identity."""
    name, group = given("SYSTEM_TOPIC_NAME"), given("SYSTEM_TOPIC_RESOURCE_GROUP")
    if name and not group:
        return ["SYSTEM_TOPIC_NAME needs SYSTEM_TOPIC_RESOURCE_GROUP"]
    listed = az("eventgrid", "system-topic", "list", "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]) or []
    there = [one for one in listed if one["topicType"].lower() == TOPIC_TYPE]
    if not name:
        return [
            f"this subscription has a system topic already: azd env set SYSTEM_TOPIC_NAME {one['name']}; "
            f"azd env set SYSTEM_TOPIC_RESOURCE_GROUP {one['resourceGroup']}"
            for one in there
            if one["resourceGroup"].lower() != group_name().lower()
        ]
    named = [
        one for one in there if (one["name"].lower(), one["resourceGroup"].lower()) == (name.lower(), group.lower())
    ]
    if not named:
        return [f"there is no system topic {name} in {group}, or none of this subscription's events"]
    if (named[0].get("identity") or {}).get("principalId"):
        return []
    command = f"az eventgrid system-topic update --name {name} --resource-group {group} --mi-system-assigned"
    return [f"the system topic {name} has no identity of its own: {command}"]


def place() -> list[str]:
    """The group is made, or is this deployment's own."""
    there = group()
    if there is None:
        return region()
    if is_own(there):
        return [*taken_back(), *another_backend(), *left_subscriptions()] or fixed()
    return [f"the resource group {group_name()} {NOT_OURS}"]


def is_own(there: dict[str, Any]) -> bool:
    """It holds something that this app's deployments made, or bears our tag and holds nothing of another project."""
    here = {one["id"].lower() for one in contents()}
    known = [(is_ours(one), here & {path.lower() for path in made(one)}) for one in deployments_of_this_name()]
    if any(ours and found for ours, found in known):
        return True
    return tags(there).get(ENVIRONMENT) == os.environ["AZURE_ENV_NAME"] and not any(found for _, found in known)


if __name__ == "__main__":
    sys.exit(main())
