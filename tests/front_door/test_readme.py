"""The commands of the README, run one after the other as a new user would type them; or why they cannot be."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.demo.__main__ import NEXT
from dev.laptop import free_port

ROOT = Path(__file__).resolve().parents[2]
AZ = ROOT / ".az-venv" / "bin"
README = (ROOT / "README.md").read_text()
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
ON_THE_LAPTOP = "az cloud register"
NO_AZURE = "there is no Azure here; tests/infra holds templates and hooks, and that az knows the commands"
# What no test here runs, and why not, or where it is run.
NOT_RUN_HERE = {
    "make demo": "run by test_demo.py as the target runs it",
    "make demo HOST=func": "run by test_core_tools.py with a stand-in; a workflow runs the real Core Tools",
    "make dev": "started by the fixture below, as the target starts it",
    "make test": "this is it",
    "azd env new": NO_AZURE,
    "azd env set": NO_AZURE,
    "azd up": NO_AZURE,
    "azd down": NO_AZURE,
    "export FUNCTIONS_KEY=$(az functionapp keys list": NO_AZURE,
    "az image update --ids": NO_AZURE,
    "make smoke": "run by tests/infra/test_smoke.py against the app on this machine",
}
PROGRAMS = ("make", "az", "azd", "curl", "export", "source", "git", ".venv/bin/python")


def commands(containing: str) -> list[str]:
    """Return the commands of the console block that has this text."""
    blocks = [block for block in CONSOLE.findall(README) if containing in block]
    assert len(blocks) == 1, f"{len(blocks)} console blocks of the README contain {containing!r}"
    return typed(blocks[0])


def typed(block: str) -> list[str]:
    return [line[2:].strip() for line in block.splitlines() if line.startswith("$ ")]


def every_command() -> list[str]:
    """Return what the README tells to type, in a block or in a sentence."""
    in_blocks = [command for block in CONSOLE.findall(README) for command in typed(block)]
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", FENCED.sub("", README))]
    return in_blocks + [span for span in spans if span.startswith(tuple(f"{one} " for one in PROGRAMS))]


def test_every_command_of_the_readme_is_run_or_has_a_reason_why_not():
    run_here = commands(ON_THE_LAPTOP)
    assert len(every_command()) > len(run_here)
    others = [command for command in every_command() if command not in run_here]
    assert [command for command in others if not command.startswith(tuple(NOT_RUN_HERE))] == []
    assert [reason for reason in NOT_RUN_HERE if not any(command.startswith(reason) for command in others)] == []


def test_the_targets_run_what_these_tests_run():
    makefile = (ROOT / "Makefile").read_text()
    for target, module in (("dev", "dev"), ("demo", "dev.demo"), ("smoke", "infra.smoke")):
        assert re.search(rf"^{target}:.*\n\t\$\(BIN\)/python -m {module}( |$)", makefile, re.MULTILINE), target


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
    environment = {name: value for name, value in os.environ.items() if name != "AZURE_CONFIG_DIR"} | {
        "HOME": str(folder / "home"),
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
    lines = commands(ON_THE_LAPTOP)
    run("\n".join(lines[:-1]), running_dev)
    look = f"{lines[0]}\n{lines[-1]} --silent --fail"
    deadline = time.monotonic() + 10
    while "migrate-ubuntu-web-" not in (answer := run(look, running_dev)):
        assert time.monotonic() < deadline, answer
    assert not (running_dev / "home" / ".azure").exists(), "the cloud and login of whoever tries it were changed"
    started = run(NEXT.partition("another terminal\n")[2].partition("\nWithin")[0], running_dev)
    assert json.loads(started)["status"] == 409, "another way to start the same, as the demo tells at its end"
