"""The commands of the README, run one after the other as a new user would type them."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.laptop import free_port

ROOT = Path(__file__).resolve().parents[2]
AZ = ROOT / ".az-venv" / "bin"
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(containing: str) -> list[str]:
    """Return the commands of the console block that has this text, without comments."""
    blocks = [block for block in CONSOLE.findall((ROOT / "README.md").read_text()) if containing in block]
    assert len(blocks) == 1, f"{len(blocks)} console blocks of the README contain {containing!r}"
    return [line[2:].split("  #")[0].strip() for line in blocks[0].splitlines() if line.startswith("$ ")]


@pytest.fixture
def running_dev(tmp_path: Path) -> Iterator[Path]:
    """`make dev`, on free ports and at fifty times Azure's speed, in a folder of its own."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "EMULATOR_PORT": str(free_port()),
        "FUNCTIONS_PORT": str(free_port()),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "dev"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as dev:
        try:
            assert dev.stdout is not None
            shown = []
            while "Ctrl-C" not in (line := dev.stdout.readline()):
                assert line, f"it ended: {shown}"
                shown.append(line)
            yield tmp_path
        finally:
            dev.send_signal(signal.SIGINT)
            assert dev.wait(timeout=20) == 0


def run(script: str, folder: Path) -> str:
    """Run a script as a terminal would that was opened in this folder, with the real az."""
    environment = os.environ | {
        "AZURE_CONFIG_DIR": str(folder / "azure"),
        "AZURE_CORE_COLLECT_TELEMETRY": "no",
        "PATH": f"{AZ}:{os.environ['PATH']}",
    }
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, f"{script}\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout


def test_the_az_commands_of_the_readme_start_a_migration(running_dev: Path):
    assert AZ.joinpath("az").exists(), "the Azure CLI is missing: run `make test`, which installs it"
    typed = commands("az cloud register")
    run("\n".join(typed[:-1]), running_dev)
    look = f"{typed[0]}\n{typed[-1]} --silent --fail"
    deadline = time.monotonic() + 10
    while "migrate-ubuntu-web-" not in (answer := run(look, running_dev)):
        assert time.monotonic() < deadline, answer


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    for command in commands("make demo"):
        assert re.search(rf"^{command.removeprefix('make ')}:", makefile, re.MULTILINE), command
