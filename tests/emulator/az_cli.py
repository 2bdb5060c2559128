"""The real Azure CLI, logged in to a running emulator with its own configuration directory."""

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from dev.emulator import Emulator

PROGRAM = Path(__file__).parents[2] / ".az-venv" / "bin" / "az"
_TIMEOUT_SECONDS = 120


class AzFailedError(AssertionError):
    """A command ended with another exit code than 0; the message is its error output."""


class Az:
    """`az("image list")` runs a command and answers its JSON output, None when it prints nothing."""

    def __init__(self, emulator: Emulator, directory: Path) -> None:
        if not PROGRAM.exists():
            raise AssertionError(f"the real az is missing: run `make {PROGRAM.parents[1].name}/.ready`")
        self._environment = {
            **os.environ,
            **emulator.environment,
            "AZURE_CONFIG_DIR": str(directory),
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "AZURE_CORE_NO_COLOR": "yes",
            "AZURE_CORE_SURVEY_MESSAGE": "no",
        }

    def __call__(self, command: str) -> Any:
        words = [str(PROGRAM), *shlex.split(command), "--output", "json", "--only-show-errors"]
        finished = subprocess.run(
            words, env=self._environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
        if finished.returncode:
            raise AzFailedError(f"az {command}: {finished.stderr.strip()}")
        return json.loads(finished.stdout) if finished.stdout.strip() else None

    def log_in(self, emulator: Emulator) -> Any:
        self(f"cloud register --name Emulator --endpoint-resource-manager {emulator.url}")
        self("cloud set --name Emulator")
        return self("login --identity")
