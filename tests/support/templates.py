"""The files of a deployment as the tests read them."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
TEMPLATES = sorted(INFRA.rglob("*.bicep"))
ROLES = {role["key"]: role["actions"] for role in json.loads((INFRA / "roles.json").read_text())}
PARAMETERS = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
HOST = json.loads((ROOT / "host.json").read_text())
SAMPLE = json.loads((ROOT / "local.settings.example.json").read_text())["Values"]


def ours(settings: dict[str, Any]) -> dict[str, Any]:
    """The app settings among these that are the app's own."""
    return {name: value for name, value in settings.items() if re.fullmatch(r"MIGRATION_[A-Z_]+", name)}
