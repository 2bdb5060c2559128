"""Choices that are in force in Azure and that the next deployment is not given: it would set them to their defaults.

A fresh clone, a colleague's machine or a pipeline knows none of the choices that were made elsewhere. So they are
compared with those of the last deployment, and switched-off functions with the app: a pause is often made by hand.
"""

import re
from typing import Any

from infra.hooks.azure import az, deployments, made
from infra.hooks.choices import Choice, before, choices, given, named

SECRETS = {"notify": "NOTIFY", "escalate": "ESCALATE"}  # by the name they have in the vault
SWITCHED_OFF = "DISABLED_FUNCTIONS"
DISABLED = re.compile(r"AzureWebJobs\.(.+)\.Disabled")


def taken_back() -> list[str]:
    """What to say of each such choice. TAKE_BACK names those that are meant."""
    last = next(iter(deployments()), None)
    if last is None:
        return []
    meant = named("TAKE_BACK")
    return [
        f'{name} is "{value}" in Azure and would be reset; keep it: azd env set {name} "{value}" '
        f"(in a pipeline, its variable or secret), or set TAKE_BACK={name}"
        for name, value in _lost(last).items()
        if name not in meant
    ]


def _lost(last: dict[str, Any]) -> dict[str, str]:
    parameters = last["properties"].get("parameters") or {}
    were = {one: before(one, parameters) for one in choices() if one.variable != SWITCHED_OFF}
    lost = {one.variable: was for one, was in were.items() if _is_lost(one, was)}
    secrets = {path.rpartition("/")[2] for path in made(last) if "/secrets/" in path}
    lost |= {SECRETS[name]: "<secret>" for name in sorted(secrets & SECRETS.keys()) if not given(SECRETS[name])}
    off = _switched_off(last)
    if not off <= named(SWITCHED_OFF):
        lost[SWITCHED_OFF] = ",".join(sorted(off | named(SWITCHED_OFF)))
    return lost


def _is_lost(choice: Choice, was: str) -> bool:
    return bool(was) and was != choice.default and not given(choice.variable)


def _switched_off(last: dict[str, Any]) -> set[str]:
    """Functions that do not run now, by choice or by hand."""
    app = next((path for path in made(last) if path.split("/")[-2].lower() == "sites"), None)
    if app is None:
        return set()
    _, _, subscription, _, group, *_, name = app.split("/")
    where = ["--name", name, "--resource-group", group, "--subscription", subscription]
    settings = az("functionapp", "config", "appsettings", "list", *where) or []
    found = [(DISABLED.fullmatch(one["name"]), str(one["value"]).lower()) for one in settings]
    return {match[1] for match, value in found if match and value in {"true", "1"}}
