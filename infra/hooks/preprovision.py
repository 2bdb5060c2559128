"""Before anything is changed: refuses what Azure would refuse half-way, and what would take back a choice unnoticed.

Each refusal says what to type instead. What would be taken back is found in `resets.py`.
"""

import os
import sys

from infra.hooks.azure import AzureError, az
from infra.hooks.choices import given
from infra.hooks.resets import taken_back

LONGEST_NAME = 32
TOPIC_TYPE = "microsoft.resources.subscriptions"


def main() -> int:
    if not given("AZURE_SUBSCRIPTION_ID"):
        print(
            "refused: no subscription is chosen: azd up asks, azd env set AZURE_SUBSCRIPTION_ID tells", file=sys.stderr
        )
        return 1
    try:
        problems = [*environment(), *network(), *topic(), *(taken_back() if is_there() else still_named())]
    except AzureError as error:
        problems = [f"Azure could not be asked: {error}"]
    for problem in problems:
        print(f"refused: {problem}", file=sys.stderr)
    return 1 if problems else 0


def environment() -> list[str]:
    name = os.environ["AZURE_ENV_NAME"]
    if len(name) <= LONGEST_NAME and not name.endswith("."):
        return []
    return [f"the environment's name {name!r} needs at most {LONGEST_NAME} characters and no dot at its end"]


def network() -> list[str]:
    """The app's subnet is delegated to Microsoft.App, which a subscription need not know yet."""
    if given("VNET_ENABLED") != "true":
        return []
    subscription = os.environ["AZURE_SUBSCRIPTION_ID"]
    shown = az("provider", "show", "--namespace", "Microsoft.App", "--subscription", subscription)
    if shown["registrationState"] == "Registered":
        return []
    command = f"az provider register --namespace Microsoft.App --wait --subscription {subscription}"
    return [f"VNET_ENABLED needs the provider Microsoft.App, which is {shown['registrationState']}: {command}"]


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
            if one["resourceGroup"].lower() != f"rg-{os.environ['AZURE_ENV_NAME']}".lower()
        ]
    command = f"az eventgrid system-topic update --name {name} --resource-group {group} --mi-system-assigned"
    named = [one for one in there if one["name"] == name]
    return [f"the system topic {name} has no identity: {command}" for one in named if not one.get("identity")]


def is_there() -> bool:
    """Tell whether this environment is deployed, as far as its group says."""
    group = f"rg-{os.environ['AZURE_ENV_NAME']}"
    return bool(az("group", "exists", "--name", group, "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]))


def still_named() -> list[str]:
    """The vault of a removed deployment keeps its name until it is purged; the new one would be called the same."""
    where = ["--resource-type", "vault", "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]]
    deleted = [(one["name"], one["properties"]) for one in az("keyvault", "list-deleted", *where) or []]
    return [
        f"the vault of the removed deployment keeps its name: az keyvault purge --name {name}"
        for name, what in deleted
        if (what.get("tags") or {}).get("azd-env-name") == os.environ["AZURE_ENV_NAME"]
        and what["location"] == given("AZURE_LOCATION")
    ]


if __name__ == "__main__":
    sys.exit(main())
