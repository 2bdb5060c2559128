"""The commands and the code of docs/reference.md that run on this machine, run as they stand there."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text()


def command(module: str) -> list[str]:
    (line,) = re.findall(rf"^\$ (\S+ -m {module}.*)$", REFERENCE, re.MULTILINE)
    return line.split()


@contextmanager
def running(arguments: list[str], last: str) -> Iterator[list[str]]:
    """What a command says until it says this; it is stopped as with Ctrl-C."""
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = [process.stdout.readline()]
            while last not in said[-1]:
                assert said[-1], f"it ended: {said}"
                said.append(process.stdout.readline())
            yield said
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)


def test_the_emulated_azure_runs_alone_and_the_sdk_finds_it(tmp_path: Path):
    (code,) = re.findall(r"^```python\n(.+?)^```", REFERENCE, re.MULTILINE | re.DOTALL)
    options = ["--port", "0", "--directory", str(tmp_path)]
    with running([*command("dev.emulator"), *options], "MIGRATION_RECORDS") as said:
        lines = [line.removeprefix("export ").strip().partition("=") for line in said]
        variables = {name: value.strip("'") for name, _, value in lines}
        python = [ROOT / ".venv/bin/python", "-c", code]
        done = subprocess.run(python, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert "'ubuntu-web'" in done.stdout, done.stderr


def test_the_host_runs_any_app():
    places = {"DIR": str(ROOT / "tests" / "host" / "apps" / "settings"), "N": "0"}
    with running([places.get(word, word) for word in command("dev.host")], "Listening on") as said:
        assert said[-1].startswith("Listening on http://")
