"""Azurite's table service, Microsoft's own emulator, in memory on a free port of loopback."""

import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

from tests.emulator.waiting import eventually

HOME = Path(__file__).parents[3] / ".azurite"
MAIN = HOME / "node_modules/azurite/dist/src/table/main.js"
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@contextmanager
def running_azurite(directory):
    """The address of its account. It is killed at the end: there is nothing to keep."""
    assert MAIN.exists(), f"{MAIN} is missing: run 'make test', or 'make .azurite/.ready'"
    port = _free_port()
    options = ["--inMemoryPersistence", "--disableTelemetry", "--silent", "--tablePort", str(port)]
    with subprocess.Popen(["node", MAIN, *options], cwd=directory, stdout=subprocess.DEVNULL) as process:
        try:
            eventually(lambda: _answers(process, port), timeout_seconds=30)
            yield f"http://127.0.0.1:{port}/{ACCOUNT}"
        finally:
            process.kill()


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _answers(process, port):
    assert process.poll() is None, "Azurite did not start"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
