"""The choices of a deployment: the azd variables of main.parameters.json, what they say now and what they said."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

PARAMETERS = Path(__file__).parents[1] / "main.parameters.json"
VARIABLE = re.compile(r"^\$\{(\w+)=([^}]*)\}$")


class Choice(NamedTuple):
    """One variable: the parameter it fills, the key inside it where that is an object, and what holds without it."""

    variable: str
    parameter: str
    key: str | None
    default: str


def choices() -> list[Choice]:
    """Every variable that has a default, in the order of the file."""
    found = []
    for parameter, body in json.loads(PARAMETERS.read_text())["parameters"].items():
        value = body["value"]
        texts = value.items() if isinstance(value, dict) else [(None, value)]
        matches = [(key, VARIABLE.match(text)) for key, text in texts]
        found += [Choice(match[1], parameter, key, match[2]) for key, match in matches if match]
    return found


def given(variable: str) -> str:
    """What the environment says; an empty variable counts as none, as it does for azd."""
    return os.environ.get(variable, "").strip()


def named(variable: str) -> set[str]:
    """The words of a list, between commas or spaces."""
    return set(re.split(r"[,\s]+", given(variable))) - {""}


def before(choice: Choice, parameters: dict[str, Any]) -> str:
    """What a deployment was given for this choice.

    Empty for nothing, an empty object among it, and for a secret, which Azure does not tell.
    """
    value = parameters.get(choice.parameter, {}).get("value")
    if choice.key is not None:
        value = (value or {}).get(choice.key)
    if isinstance(value, str):
        return value
    return json.dumps(value) if value else ""
