"""Choices that are in force in Azure and that the next deployment is not given: it would set them to their defaults.

A fresh clone, a colleague's machine or a pipeline knows none of the choices that were made elsewhere. So they are
compared with those of the last deployment, and with those of failed ones after it, which may have come far. A pause and
switched-off functions are compared with the app, for they are often made by hand. What cannot be compared is refused.
"""

from __future__ import annotations

import re
import shlex
from typing import Any

from infra.hooks.azure import app_of, az, contents, deployments, group_name, made, succeeded
from infra.hooks.choices import SECRETS, Choice, before, choices, given, named

EVERYTHING = "all"
NOT_REMEMBERED = (
    "is there, but Azure remembers no deployment of this app, so nobody can tell which choices would be reset: look at "
    "the app's settings, give all that are to stay (azd env set), and set TAKE_BACK=all"
)
SWITCHED_OFF = "DISABLED_FUNCTIONS"
PAUSED = "MIGRATION_PAUSED"
DISABLED = re.compile(r"AzureWebJobs(?:\.|__)(.+?)(?:\.|__)Disabled", re.IGNORECASE)
SPECIAL = set('"$`\\!')  # between double quotes
YES = {"1", "on", "t", "true", "y", "yes"}


def taken_back() -> list[str]:
    """What to say of each such choice. TAKE_BACK names those that are meant, or says "all"."""
    meant = named("TAKE_BACK")
    if EVERYTHING in meant:
        return []
    history = deployments()
    if not history:
        return [f"{group_name()} {NOT_REMEMBERED}"]
    return [
        f'{name} is "{value}" in Azure and would be reset; keep it: azd env set {name} {_quoted(value)} '
        f"(in a pipeline, its variable or secret), or set TAKE_BACK={name}"
        for name, value in _lost(history).items()
        if name not in meant
    ]


def _quoted(value: str) -> str:
    """The value as a shell takes it: in double quotes where nothing in it means something to a shell."""
    return shlex.quote(value) if set(value) & SPECIAL else f'"{value}"'


def switched_off(settings: dict[str, str]) -> set[str]:
    """Functions that do not run by these app settings."""
    found = [(DISABLED.fullmatch(name), value.lower()) for name, value in settings.items()]
    return {match[1] for match, value in found if match and value in {"true", "1"}}


def app_settings(app: str) -> dict[str, str]:
    """What the function app of this id is set to now, by choice or by hand."""
    _, _, subscription, _, group, *_, name = app.split("/")
    where = ["--name", name, "--resource-group", group, "--subscription", subscription]
    listed = az("functionapp", "config", "appsettings", "list", *where) or []
    return {one["name"]: str(one["value"]) for one in listed}


def _lost(history: list[dict[str, Any]]) -> dict[str, str]:
    app = app_of(contents())
    settings = app_settings(app) if app else {}
    seen_in_app = {SWITCHED_OFF, PAUSED} if app else set()
    lost: dict[str, str] = {}
    for deployment in reversed(_in_force(history)):  # of two values the later one counts
        parameters = deployment["properties"]["parameters"]
        were = {one: before(one, parameters) for one in choices() if one.variable not in seen_in_app}
        lost.update({one.variable: was for one, was in were.items() if _is_lost(one, was)})
        secrets = {path.rpartition("/")[2] for path in made(deployment) if "/secrets/" in path}
        lost.update({variable: "<secret>" for name, variable in SECRETS.items() if name in secrets})
    lost.update({name: "<secret>" for name in SECRETS.values() if settings.get(f"MIGRATION_{name}")})
    lost = {name: value for name, value in lost.items() if not given(name)}
    if settings.get(PAUSED, "").lower() in YES and not given(PAUSED):
        lost[PAUSED] = "true"
    off = switched_off(settings)
    if not off <= named(SWITCHED_OFF):
        lost[SWITCHED_OFF] = ",".join(sorted(off | named(SWITCHED_OFF)))
    return lost


def _in_force(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last deployment that came to its end, and all since: how far a failed one came is not known."""
    last = next((number for number, one in enumerate(history) if succeeded(one)), len(history))
    return history[: last + 1]


def _is_lost(choice: Choice, was: str) -> bool:
    return bool(was) and was != choice.default and not given(choice.variable)
