"""Azure as the hooks see it, through the `az` that is signed in: this environment's group and its deployments."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

PROJECT_FILE = Path(__file__).parents[2] / "azure.yaml"
ENVIRONMENT = "azd-env-name"  # the tags that azd writes
PROJECT = "azd-project-name"
SITE = "microsoft.web/sites"
SERVICE = "migrator"  # of azure.yaml
OWN_PARAMETER = "migrationSettings"
ASSIGNMENT = "/providers/microsoft.authorization/roleassignments/"


class AzureError(Exception):
    """A command of `az` failed; says which, and what it said."""


def az(*command: str) -> Any:
    """Run a command; returns what it answers, None for nothing. Raises AzureError."""
    program = shutil.which("az")
    if program is None:
        raise AzureError("the Azure CLI (az) is not installed")
    done = subprocess.run([program, *command, "--output", "json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AzureError(f"az {' '.join(command[:3])}: {done.stderr.strip()}")
    return json.loads(done.stdout) if done.stdout.strip() else None


def group_name() -> str:
    return f"rg-{os.environ['AZURE_ENV_NAME']}"


def group() -> dict[str, Any] | None:
    """The environment's resource group, whosever it is; None where there is none."""
    where = ["--name", group_name(), "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]]
    found: dict[str, Any] | None = az("group", "show", *where) if az("group", "exists", *where) else None
    return found


def contents() -> list[dict[str, Any]]:
    """Everything in that group."""
    where = ["--resource-group", group_name(), "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]]
    return list(az("resource", "list", *where) or [])


def ours(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What our deployments made of these: a policy may have what others put there inherit the group's tags.

    Where Azure remembers no deployment, the tag alone tells.
    """
    known = {path.lower() for one in deployments() for path in made(one)}
    tagged = [one for one in found if tags(one).get(ENVIRONMENT) == os.environ["AZURE_ENV_NAME"]]
    return [one for one in tagged if not known or one["id"].lower() in known]


def app_of(found: list[dict[str, Any]]) -> str | None:
    """Id of the function app among these; azd finds it by the same tag."""
    sites = [one for one in found if one["type"].lower() == SITE and tags(one).get("azd-service-name") == SERVICE]
    return sites[0]["id"] if sites else None


def deployments() -> list[dict[str, Any]]:
    """This app's deployments of this environment that Azure remembers, the newest first, however they ended."""
    return [one for one in deployments_of_this_name() if is_ours(one)]


def deployments_of_this_name() -> list[dict[str, Any]]:
    """The same of every azd project: azd deploys at the subscription, and tags that with the environment's name."""
    listed = az("deployment", "sub", "list", "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"]) or []
    named = [one for one in listed if tags(one).get(ENVIRONMENT) == os.environ["AZURE_ENV_NAME"]]
    return sorted(named, key=lambda one: str(one["properties"]["timestamp"]), reverse=True)


def is_ours(deployment: dict[str, Any]) -> bool:
    """Whether this app was deployed. azd before 1.31.2 did not tag the project, so the template must be ours, too."""
    parameters = deployment["properties"].get("parameters") or {}
    return tags(deployment).get(PROJECT, _project()) == _project() and OWN_PARAMETER in parameters


def succeeded(deployment: dict[str, Any]) -> bool:
    return bool(deployment["properties"]["provisioningState"] == "Succeeded")


def made(deployment: dict[str, Any]) -> list[str]:
    """Ids of everything that a deployment made or kept."""
    return [one["id"] for one in deployment["properties"].get("outputResources") or []]


def assignments_of(deployment: dict[str, Any]) -> dict[str, str]:
    """Ids, as Azure writes them, of the role assignments that a deployment made or kept, by those in lower case."""
    return {path.lower(): path for path in made(deployment) if ASSIGNMENT in path.lower()}


def assignments_at(keys: Iterable[str]) -> list[str]:
    """Ids of the assignments that Azure has at the scopes of these, which are in lower case or not."""
    found: list[str] = []
    for scope in sorted({key[: key.lower().index(ASSIGNMENT)] for key in keys}):
        with contextlib.suppress(AzureError):  # the scope itself is gone, and its assignments with it
            found += [one["id"] for one in az("role", "assignment", "list", "--scope", scope)]
    return found


def tags(thing: dict[str, Any]) -> dict[str, str]:
    return thing.get("tags") or {}


def _project() -> str:
    found = re.search(r"^name: *(\S+)", PROJECT_FILE.read_text(), re.MULTILINE)
    assert found
    return found[1]
