"""Before anything is changed: refuses what Azure would refuse half-way, and what would take back a choice unnoticed.

A fresh clone, a colleague's machine or a pipeline knows none of the choices that were made elsewhere, and a deployment
sets every choice that it is not given to its default. So they are compared with those of the last deployment.
"""

import os
import sys
from typing import Any

from infra.hooks.azure import AzureError, az, deployments, made
from infra.hooks.choices import Choice, before, choices, given, named

LONGEST_NAME = 32
SECRETS = {"notify": "NOTIFY", "escalate": "ESCALATE"}  # by the name they have in the vault
TOPIC_TYPE = "microsoft.resources.subscriptions"
DISABLED = ("AzureWebJobs.", ".Disabled")


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


def taken_back() -> list[str]:
    """Choices in force in Azure that this deployment is not given. TAKE_BACK names those that are meant."""
    last = next(iter(deployments()), None)
    if last is None:
        return []
    parameters = last["properties"].get("parameters") or {}
    lost = {one.variable: before(one, parameters) for one in choices() if _is_lost(one, before(one, parameters))}
    secrets = {path.rpartition("/")[2] for path in made(last) if "/secrets/" in path}
    lost |= {SECRETS[name]: "<secret>" for name in sorted(secrets & SECRETS.keys()) if not given(SECRETS[name])}
    if paused := _switched_off_by_hand(last):
        lost["DISABLED_FUNCTIONS"] = ",".join(sorted(paused | named("DISABLED_FUNCTIONS")))
    meant = named("TAKE_BACK")
    return [
        f'{name} is "{value}" in Azure and would be reset; keep it: azd env set {name} "{value}" '
        f"(in a pipeline, its variable or secret), or set TAKE_BACK={name}"
        for name, value in lost.items()
        if name not in meant
    ]


def _is_lost(choice: Choice, was: str) -> bool:
    return bool(was) and was != choice.default and not given(choice.variable)


def _switched_off_by_hand(last: dict[str, Any]) -> set[str]:
    """Functions that an app setting switches off and no choice does: the next deployment would wake them."""
    app = next((path for path in made(last) if path.split("/")[-2].lower() == "sites"), None)
    if app is None:
        return set()
    _, _, subscription, _, group, *_, name = app.split("/")
    where = ["--name", name, "--resource-group", group, "--subscription", subscription]
    settings = az("functionapp", "config", "appsettings", "list", *where) or []
    start, end = DISABLED
    off = {one["name"] for one in settings if str(one["value"]).lower() in {"true", "1"}}
    names = {
        name.removeprefix(start).removesuffix(end) for name in off if name.startswith(start) and name.endswith(end)
    }
    return names - named("DISABLED_FUNCTIONS")


if __name__ == "__main__":
    sys.exit(main())
