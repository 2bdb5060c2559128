"""Azurite, Microsoft's emulator of blobs, queues and tables: in memory, on free ports, gone at the end."""

import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from dev.core_tools.tools import ToolMissingError, azurite
from dev.core_tools.waiting import wait_until

_SERVICES = ("blob", "queue", "table")
_ACCOUNT = "devstoreaccount1"
# The key of every Azurite, published by Microsoft: no secret.
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
_START_SECONDS = 60


@contextmanager
def running_azurite() -> Iterator[str]:
    """The connection string of its account."""
    ports = dict(zip(_SERVICES, _free_ports(len(_SERVICES)), strict=True))
    options = [part for service, port in ports.items() for part in (f"--{service}Port", str(port))]
    quiet = ["--inMemoryPersistence", "--disableTelemetry", "--silent", "--skipApiVersionCheck"]
    with subprocess.Popen([*azurite(), *quiet, *options], stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: _listens(process, ports.values()), _START_SECONDS, "Azurite does not answer")
            yield _connection_string(ports)
        finally:
            process.kill()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as probes:
        sockets = [probes.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in sockets]


def _listens(process: subprocess.Popen[bytes], ports: Iterable[int]) -> bool:
    if process.poll() is not None:
        raise ToolMissingError(f"Azurite ended with code {process.returncode}; make .azurite/.ready installs it anew")
    return all(_is_open(port) for port in ports)


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _connection_string(ports: dict[str, int]) -> str:
    endpoints = [f"{service.title()}Endpoint=http://127.0.0.1:{port}/{_ACCOUNT}" for service, port in ports.items()]
    return ";".join(["DefaultEndpointsProtocol=http", f"AccountName={_ACCOUNT}", f"AccountKey={_KEY}", *endpoints])
