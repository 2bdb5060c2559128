"""The Bicep templates as the tests read them: parsed, with every string and every object inside found again."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pycep import BicepParser

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
TEMPLATES = sorted(INFRA.rglob("*.bicep"))
ROLES = {role["key"]: role["actions"] for role in json.loads((INFRA / "roles.json").read_text())}
PARAMETERS = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
HOST = json.loads((ROOT / "host.json").read_text())
SAMPLE = json.loads((ROOT / "local.settings.example.json").read_text())["Values"]


@cache
def template(name: str) -> dict[str, Any]:
    return dict(BicepParser().parse(text=(INFRA / name).read_text()))


def resources(kind: str) -> list[dict[str, Any]]:
    """The bodies of all resources of a type, in every template; those that exist already left out."""
    found = [
        body_of(resource["config"])
        for path in TEMPLATES
        for resource in template(str(path.relative_to(INFRA))).get("resources", {}).values()
        if resource["type"] == kind and not resource["existing"]
    ]
    assert found, f"no template makes a {kind}"
    return found


def body_of(config: dict[str, Any]) -> dict[str, Any]:
    """The object inside a loop or a condition."""
    while "config" in config:
        config = config["config"]
    return config


def everything(value: Any) -> Iterator[Any]:
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    for child in children:
        yield from everything(child)


def setting_names(value: Any) -> set[str]:
    """Names of app settings of ours anywhere inside."""
    names = {key for part in everything(value) if isinstance(part, dict) for key in part}
    return {name for name in names if re.fullmatch(r"MIGRATION_[A-Z_]+", str(name))}


def parameters(name: str) -> dict[str, Any]:
    return dict(template(name).get("parameters", {}))


def required(name: str) -> set[str]:
    """The parameters that a deployment of this template must give."""
    return {parameter for parameter, body in parameters(name).items() if body["default"] is None}
