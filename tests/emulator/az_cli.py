"""The real Azure CLI, logged in to a running emulator with its own configuration directory."""

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from dev.emulator import Emulator

PROGRAM = Path(__file__).parents[2] / ".az-venv" / "bin" / "az"
FORKS = Path(__file__).with_name("az_forks.py")


class AzFailedError(AssertionError):
    """A command ended with another exit code than 0; the message is its error output."""


class Az:
    """`az("image list")` runs a command and answers its JSON output, None when it prints nothing."""

    def __init__(self, emulator: Emulator, directory: Path) -> None:
        if not PROGRAM.exists():
            raise AssertionError(f"the real az is missing: run `make {PROGRAM.parents[1].name}/.ready`")
        environment = {
            **os.environ,
            **emulator.environment,
            "AZURE_CONFIG_DIR": str(directory),
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "AZURE_CORE_NO_COLOR": "yes",
            "AZURE_CORE_SURVEY_MESSAGE": "no",
        }
        self._forks = subprocess.Popen(
            [PROGRAM.with_name("python"), FORKS],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, command: str) -> Any:
        words = [*shlex.split(command), "--output", "json", "--only-show-errors"]
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        print(json.dumps(words), file=self._forks.stdin, flush=True)
        code, out, error = json.loads(self._forks.stdout.readline())
        if code:
            raise AzFailedError(f"az {command}: {error.strip()}")
        return json.loads(out) if out.strip() else None

    def log_in(self, emulator: Emulator) -> Any:
        self(f"cloud register --name Emulator --endpoint-resource-manager {emulator.url}")
        self("cloud set --name Emulator")
        return self("login --identity")

    def close(self) -> None:
        """End the process that the commands are forked from."""
        self._forks.communicate()
