"""Stands in for `az` while a hook runs: answers by the command's first words, and writes down what it was asked."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.infra.azd import environment, parameters
from tests.infra.bicep.deploying import Deployed
from tests.infra.templates import ROOT

LISTS = ("deployment sub list", "role assignment list", "eventgrid system-topic list", "keyvault list-deleted")
PROGRAM = """#!{python}
import json, pathlib, sys
folder, given = pathlib.Path({folder!r}), sys.argv[1:]
answers = json.loads((folder / "answers.json").read_text())
with (folder / "asked").open("a") as file:
    file.write(json.dumps(given) + "\\n")
key = max((key for key in answers if " ".join(given).startswith(key)), key=len, default=None)
if key is None:
    sys.exit("nobody told what to answer to " + " ".join(given))
answer = answers[key]
if isinstance(answer, dict) and "error" in answer:
    sys.exit(answer["error"])
print(json.dumps(answer))
"""


class AzureCli:
    """An `az` on a path of its own. `answers` maps the beginning of a command to what it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, Any] = {"group exists": True} | {key: [] for key in LISTS}
        program = folder / "az"
        program.write_text(PROGRAM.format(python=sys.executable, folder=str(folder)))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def run(self, hook: str, variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a hook as azd does: in the project's folder, with the environment's variables."""
        (self.folder / "answers.json").write_text(json.dumps(self.answers))
        known = environment(variables or {}) | {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}"}
        command = [sys.executable, "-m", f"infra.hooks.{hook}"]
        return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)

    @property
    def asked(self) -> list[list[str]]:
        written = self.folder / "asked"
        return [json.loads(line) for line in written.read_text().splitlines()] if written.exists() else []


def record(deployed: Deployed, variables: dict[str, str], number: int) -> dict[str, Any]:
    """A deployment as Azure remembers it: what it was given, secrets left out, and what it made."""
    known = environment(variables)
    given = {name: {"value": value} for name, value in parameters(known).items()}
    given |= {name: {"type": "SecureString"} for name in ("notify", "escalate")}
    return {
        "name": f"{known['AZURE_ENV_NAME']}-{number}",
        "tags": {"azd-env-name": known["AZURE_ENV_NAME"]},
        "properties": {
            "provisioningState": "Succeeded",
            "timestamp": f"2026-11-{number:02}T00:00:00+00:00",
            "parameters": given,
            "outputResources": [{"id": path} for path in deployed.resources],
        },
    }
