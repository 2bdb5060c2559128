"""Azurite, Microsoft's emulator of blobs, queues and tables: in memory, on free ports, gone at the end."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from dev.core_tools.tools import ToolMissingError, azurite
from dev.core_tools.waiting import wait_until

ACCOUNT = "devstoreaccount1"
# The key of every Azurite, published by Microsoft: no secret.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
_SERVICES = ("blob", "queue", "table")
_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at (\S+)")
_START_SECONDS = 60


@contextmanager
def running_azurite() -> Iterator[str]:
    """The connection string of its account."""
    # It chooses the ports and tells them: one chosen here could be taken before it listens.
    ports = [part for service in _SERVICES for part in (f"--{service}Port", "0")]
    quiet = ["--inMemoryPersistence", "--disableTelemetry", "--silent", "--skipApiVersionCheck"]
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen([*azurite(), *quiet, *ports], stdout=output) as process,
    ):
        try:
            wait_until(lambda: len(_listening(process, output)) == len(_SERVICES), _START_SECONDS, "Azurite is not up")
            yield _connection_string(_listening(process, output))
        finally:
            process.kill()


def _listening(process: subprocess.Popen[bytes], output: IO[bytes]) -> dict[str, str]:
    """Where each service listens, of those that do by now."""
    if process.poll() is not None:
        raise ToolMissingError(f"Azurite ended with code {process.returncode}; make .azurite/.ready installs it anew")
    output.seek(0)
    return {service.lower(): url for service, url in _LISTENING.findall(output.read().decode())}


def _connection_string(listening: dict[str, str]) -> str:
    endpoints = [f"{service.title()}Endpoint={url}/{ACCOUNT}" for service, url in listening.items()]
    return ";".join(["DefaultEndpointsProtocol=http", f"AccountName={ACCOUNT}", f"AccountKey={KEY}", *endpoints])
