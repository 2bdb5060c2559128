"""Azure as the hooks see it, through the `az` that is signed in: one command, and this environment's deployments."""

import json
import os
import shutil
import subprocess
from typing import Any


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


def deployments() -> list[dict[str, Any]]:
    """This environment's deployments that Azure remembers, the newest first.

    azd deploys at the subscription and tags what it does with the environment's name.
    """
    listed = az("deployment", "sub", "list", "--subscription", os.environ["AZURE_SUBSCRIPTION_ID"])
    ours = [
        one
        for one in listed
        if (one.get("tags") or {}).get("azd-env-name") == os.environ["AZURE_ENV_NAME"]
        and one["properties"]["provisioningState"] == "Succeeded"
    ]
    return sorted(ours, key=lambda one: str(one["properties"]["timestamp"]), reverse=True)


def made(deployment: dict[str, Any]) -> list[str]:
    """Ids of everything that a deployment made or kept."""
    return [one["id"] for one in deployment["properties"].get("outputResources") or []]
