"""The choices of a deployment: the azd variables of main.parameters.json, what they say now and what they said."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

PARAMETERS = Path(__file__).parents[1] / "main.parameters.json"
VARIABLE = re.compile(r"^\$\{(\w+)=([^}]*)\}$")

SECRETS = {"notify": "NOTIFY", "escalate": "ESCALATE"}  # by the name they have in the vault
REFERS = "akvs://"
REFERENCE = re.compile(rf"{REFERS}[0-9a-fA-F-]{{36}}/[A-Za-z0-9-]{{3,24}}/[A-Za-z0-9-]{{1,127}}")


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


def references() -> list[str]:
    """A secret may be a reference that azd follows as it deploys; one that it could not is taken for the secret."""
    said = {name: given(name) for name in SECRETS.values()}
    return [
        f"{name} is no reference to a secret, akvs://SUBSCRIPTION_ID/VAULT/SECRET: azd env set-secret {name}"
        for name, value in said.items()
        if value.lower().startswith(REFERS) and not REFERENCE.fullmatch(value)
    ]


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
