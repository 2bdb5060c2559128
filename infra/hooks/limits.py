"""What Azure would refuse half-way, with the rest made: groups that are not there, regions, quotas, days, tags.

A group is bound to its region once it is made, so that a region that cannot do it costs an environment. Of what is
made, a deployment cannot change a vault's protection, nor how storage is replicated.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

from infra.hooks.azure import az, contents, group_name, ours
from infra.hooks.choices import given

GROUP = re.compile(r"/subscriptions/([0-9a-f-]{36})/resourceGroups/([^/]+)/?", re.IGNORECASE)
GROUPS = ("SOURCE_GROUPS", "GALLERY_GROUPS")
DAYS = re.compile(r"P(\d{1,4})D")
MOST_DAYS = 90  # a scheduler keeps nothing longer
SCHEDULER = "Microsoft.DurableTask"
MOST_SCHEDULERS = {"Consumption": 10, "Dedicated": 25}  # of one kind, in a region of a subscription
TAG = re.compile(r"[^<>%&\\?/]{1,128}")
ZONE_TAG = re.compile(r"[^\W\d]\S*")
LONGEST_VALUE = 256
MOST_TAGS, MOST_OF_A_ZONE = 48, 14  # Azure's 50 and 15, less those that the deployment writes
HOW_TO_TAG = """azd env set TAGS '{"owner": "images"}'"""
LISTED = f"providers/{SCHEDULER}/schedulers?api-version=2025-11-01"


def retention() -> list[str]:
    """The template reads the days of the setting, and knows no other form of it."""
    said = given("MIGRATION_RETENTION")
    form = DAYS.fullmatch(said)
    if not (said and _uses_scheduler()) or (form and 1 <= int(form[1]) <= MOST_DAYS):
        return []
    return [f"MIGRATION_RETENTION is {said!r}: with Durable Task Scheduler it is P1D to P{MOST_DAYS}D, in whole days"]


def tagging() -> list[str]:
    """A JSON object of texts, of names and a number that everything which is made can bear."""
    said = given("TAGS")
    try:
        found = json.loads(said or "{}")
    except ValueError as error:
        return [f"TAGS is no JSON ({error}): {HOW_TO_TAG}"]
    if found is None:  # the default
        return []
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return [f"TAGS is {said}, and no JSON object of texts: {HOW_TO_TAG}"]
    bad = sorted(name for name, value in found.items() if not _bears(name, value))
    problems = [f"TAGS has {name!r}, which not everything that is made can bear" for name in bad]
    most = MOST_OF_A_ZONE if has_network() else MOST_TAGS
    return problems + ([f"TAGS has {len(found)} tags, and {most} are the most"] if len(found) > most else [])


def _bears(name: str, value: str) -> bool:
    """Names that begin with azd- are written by azd and by the template; private DNS zones are the strictest."""
    form = TAG.fullmatch(name) and (not has_network() or ZONE_TAG.fullmatch(name))
    return bool(form) and not name.lower().startswith("azd-") and len(value) <= LONGEST_VALUE


def has_network() -> bool:
    return given("VNET_ENABLED") not in {"", "false"}


def network() -> list[str]:
    """The app's subnet is delegated to Microsoft.App, which a subscription need not know yet."""
    if not has_network():
        alone = given("PRIVATE_APP") == "true"
        return ["PRIVATE_APP needs a network to be reached from: azd env set VNET_ENABLED true"] if alone else []
    subscription = os.environ["AZURE_SUBSCRIPTION_ID"]
    shown = az("provider", "show", "--namespace", "Microsoft.App", "--subscription", subscription)
    if shown["registrationState"] == "Registered":
        return []
    command = f"az provider register --namespace Microsoft.App --wait --subscription {subscription}"
    return [f"VNET_ENABLED needs the provider Microsoft.App, which is {shown['registrationState']}: {command}"]


def zones() -> list[str]:
    """A plan in three zones is not offered in every region that has plans."""
    where = given("AZURE_LOCATION")
    if given("ZONE_REDUNDANCY") != "All" or not where:
        return []
    asked = ["--zone-redundant", "true", "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]]
    offered = [one["name"] for one in az("functionapp", "list-flexconsumption-locations", *asked) or []]
    if _plain(where) in {_plain(one) for one in offered}:
        return []
    return [f"ZONE_REDUNDANCY=All: in {where} no app is in three zones, but in {', '.join(sorted(offered))}"]


def fixed() -> list[str]:
    """What is made already, and stays as it is whatever a deployment says."""
    found = [(one["type"].lower(), one) for one in ours(contents())]
    accounts = [one for kind, one in found if kind == "microsoft.storage/storageaccounts"]
    vaults = [one for kind, one in found if kind == "microsoft.keyvault/vaults"]
    return [*_replicated(accounts), *_protected(vaults)]


def _replicated(accounts: list[dict[str, Any]]) -> list[str]:
    wanted = "Standard_LRS" if given("ZONE_REDUNDANCY") in {"", "None"} else "Standard_ZRS"
    return [
        f"ZONE_REDUNDANCY: {one['name']} is {one['sku']['name']}, and no deployment but a migration, which takes days, "
        f"makes it {wanted}: az storage account migration start --account-name {one['name']} "
        f"--resource-group {group_name()} --sku {wanted} --no-wait"
        for one in accounts
        if one["sku"]["name"] != wanted
    ]


def _protected(vaults: list[dict[str, Any]]) -> list[str]:
    if given("VAULT_PURGE_PROTECTION") == "true":
        return []
    where = ["--resource-group", group_name(), "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]]
    shown = [az("keyvault", "show", "--name", one["name"], *where) for one in vaults]
    return [
        f"{one['name']}, the vault, is protected against purging, which Azure never turns off: "
        "azd env set VAULT_PURGE_PROTECTION true"
        for one in shown
        if one["properties"].get("enablePurgeProtection")
    ]


def groups() -> list[str]:
    """Each is an id, and there: rights are given on it."""
    problems = []
    for variable in GROUPS:
        for one in filter(None, (part.strip() for part in given(variable).split(","))):
            form = GROUP.fullmatch(one)
            if form is None:
                problems.append(f"{variable} names {one!r}, which is no id: /subscriptions/ID/resourceGroups/NAME")
            elif not az("group", "exists", "--name", form[2], "--subscription", form[1]):
                problems.append(f"{variable} names {one}, which is not there, or not to be seen")
    return problems


def region() -> list[str]:
    """The plan and the scheduler are offered there, and one scheduler more is allowed."""
    where, subscription = given("AZURE_LOCATION"), ["--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]]
    if not where:
        return []
    offered = [one["name"] for one in az("functionapp", "list-flexconsumption-locations", *subscription) or []]
    problems = _not_among(where, offered, "Flex Consumption")
    if _uses_scheduler():
        shown = az("provider", "show", "--namespace", SCHEDULER, *subscription)
        kinds = [one for one in shown.get("resourceTypes") or [] if one["resourceType"].lower() == "schedulers"]
        problems += _not_among(where, [place for one in kinds for place in one["locations"]], "Durable Task Scheduler")
        problems += _too_many(where) if shown["registrationState"] == "Registered" else []
    return problems


def _uses_scheduler() -> bool:
    return given("DURABLE_BACKEND") in {"", "DurableTaskScheduler"}


def _not_among(where: str, offered: list[str], what: str) -> list[str]:
    """Where Azure lists no region at all, nothing can be said."""
    if not offered or _plain(where) in {_plain(one) for one in offered}:
        return []
    return [f"{what} is not offered in {where}: azd env set AZURE_LOCATION to one of {', '.join(sorted(offered))}"]


def _too_many(where: str) -> list[str]:
    kind = given("DURABLE_TASK_SCHEDULER_SKU") or "Consumption"
    url = f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}/{LISTED}"
    there = [one for one in az("rest", "--method", "get", "--url", url)["value"] if _is_like(one, where, kind)]
    if len(there) < MOST_SCHEDULERS.get(kind, len(there) + 1):
        return []
    return [f"{where} has {len(there)} {kind} schedulers, and Azure allows no more: remove one, or take another region"]


def _is_like(scheduler: dict[str, Any], where: str, kind: str) -> bool:
    return _plain(scheduler["location"]) == _plain(where) and scheduler["properties"]["sku"]["name"] == kind


def _plain(name: str) -> str:
    return name.replace(" ", "").lower()
