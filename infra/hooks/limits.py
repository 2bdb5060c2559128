"""What Azure would refuse half-way, with the rest made: groups that are not there, regions, quotas, days.

A group is bound to its region once it is made, so that a region that cannot do it costs an environment.
"""

from __future__ import annotations

import os
import re
from typing import Any

from infra.hooks.azure import az
from infra.hooks.choices import given

GROUP = re.compile(r"/subscriptions/([0-9a-f-]{36})/resourceGroups/([^/]+)/?", re.IGNORECASE)
GROUPS = ("SOURCE_GROUPS", "GALLERY_GROUPS")
DAYS = re.compile(r"P(\d{1,4})D")
MOST_DAYS = 90  # a scheduler keeps nothing longer
SCHEDULER = "Microsoft.DurableTask"
MOST_SCHEDULERS = {"Consumption": 10, "Dedicated": 25}  # of one kind, in a region of a subscription
LISTED = f"providers/{SCHEDULER}/schedulers?api-version=2025-11-01"


def retention() -> list[str]:
    """The template reads the days of the setting, and knows no other form of it."""
    said = given("MIGRATION_RETENTION")
    form = DAYS.fullmatch(said)
    if not (said and _uses_scheduler()) or (form and 1 <= int(form[1]) <= MOST_DAYS):
        return []
    return [f"MIGRATION_RETENTION is {said!r}: with Durable Task Scheduler it is P1D to P{MOST_DAYS}D, in whole days"]


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
