"""Stands in for `az` while a hook runs: answers by the command's first words, and writes down what it was asked."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.infra.azd import app_settings, environment, parameters, provision
from tests.infra.bicep.deploying import Deployed
from tests.support.templates import ROOT

LISTS = (
    "deployment sub list",
    "role assignment list",
    "resource list",
    "functionapp config appsettings list",
)
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
        offered = [{"resourceType": "schedulers", "locations": ["West Europe", "East US 2"]}]
        self.answers: dict[str, Any] = {
            "group exists": False,
            "group exists --name images ": True,
            "group exists --name galleries ": True,
            "provider show": {"registrationState": "Registered", "resourceTypes": offered},
            "functionapp list-flexconsumption-locations": [{"name": "westeurope"}, {"name": "eastus2"}],
            "rest --method": {"value": []},
            "keyvault show": {"name": "kv", "properties": {"enablePurgeProtection": None}},
        }
        self.answers |= {key: [] for key in LISTS}
        program = folder / "az"
        program.write_text(PROGRAM.format(python=sys.executable, folder=str(folder)))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def remember(self, *states: dict[str, str]) -> None:
        """These deployments were made, the last of them the newest; group and app are as that one left them."""
        newest = provision(states[-1])
        name = environment(states[-1])["AZURE_ENV_NAME"]
        settings = app_settings(newest)
        self.answers |= {
            f"group exists --name rg-{name} ": True,
            f"group show --name rg-{name} ": {"name": f"rg-{name}", "tags": {"azd-env-name": name}},
            "resource list": in_group(newest),
            "functionapp config appsettings list": [{"name": key, "value": settings[key]} for key in settings],
            "deployment sub list": [record(provision(one), one, number) for number, one in enumerate(states, start=1)],
        }

    def run(
        self, hook: str, variables: dict[str, str] | None = None, python: str = sys.executable
    ) -> subprocess.CompletedProcess[str]:
        """Run a hook as azd does, with the environment's variables; in a folder of its own, for one writes there."""
        chosen = environment(variables or {})
        answers = {"eventgrid system-topic list": chosen_topic(chosen)} | self.answers
        (self.folder / "answers.json").write_text(json.dumps(answers))
        known = chosen | {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}"}
        known |= {"PYTHONPATH": str(ROOT)}
        command = [python, "-m", f"infra.hooks.{hook}"]
        return subprocess.run(command, cwd=self.folder, env=known, capture_output=True, text=True, check=False)

    @property
    def asked(self) -> list[list[str]]:
        written = self.folder / "asked"
        return [json.loads(line) for line in written.read_text().splitlines()] if written.exists() else []


def chosen_topic(chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The topic of others that an environment names: it is there, and has an identity."""
    name, group = chosen.get("SYSTEM_TOPIC_NAME"), chosen.get("SYSTEM_TOPIC_RESOURCE_GROUP")
    kind = {"topicType": "microsoft.resources.subscriptions", "identity": {"principalId": "somebody"}}
    return [{"name": name, "resourceGroup": group} | kind] if name and group else []


def refused(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The choices that a hook said would be lost, and nothing else did it say."""
    assert (done.returncode, done.stdout) == (1, "")
    return set(re.findall(r"^refused: (\w+) is ", done.stderr, re.MULTILINE))


def in_group(deployed: Deployed) -> list[dict[str, Any]]:
    """The group's resources as Azure lists them; roles and settings are none."""
    return [
        {"id": one.id, "name": one.name, "type": one.type, "tags": one.body["tags"], "sku": one.body.get("sku")}
        for one in deployed.resources.values()
        if "/resourceGroups/" in one.id and "tags" in one.body and one.type != "Microsoft.Resources/resourceGroups"
    ]


def record(deployed: Deployed, variables: dict[str, str], number: int) -> dict[str, Any]:
    """A deployment as Azure remembers it: what it was given, secrets left out, and what it made."""
    known = environment(variables)
    given: dict[str, dict[str, Any]] = {"tags": {"value": {}}}  # Azure also tells the defaults of what it was not given
    given |= {name: {"value": value} for name, value in parameters(known).items()}
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
