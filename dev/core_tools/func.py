"""`func start` in a copy of the app that was made for it, so that the tree that is shipped stays as it is."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import certifi

from dev.core_tools.azurite import running_azurite
from dev.core_tools.tools import require
from dev.core_tools.waiting import wait_until
from dev.package import files

# As infra/main.bicep has it where Azure Storage keeps the state: host.json alone asks for the scheduler.
_DURABLE = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__"
STORAGE_BACKEND = {
    f"{_DURABLE}type": "AzureStorage",
    f"{_DURABLE}connectionStringName": "AzureWebJobsStorage",
    f"{_DURABLE}maxQueuePollingInterval": "00:00:05",
}
_VENV = ".venv"
_START_SECONDS = 300  # the first start fetches the extension bundle
_STOP_SECONDS = 20
_CA_FILES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


class FuncStartError(Exception):
    """`func` ended before it served the app; the message holds what it printed."""


class FuncHost:
    """What callers may know of it. A local `func` asks for no keys, neither of functions nor of webhooks."""

    key = function_key = durable_key = ""

    def __init__(self, port: int, log_path: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log_path = log_path

    def event_grid_url(self, function_name: str) -> str:
        return f"{self.url}/runtime/webhooks/EventGrid?functionName={function_name}"


@contextmanager
def running_func(app_dir: Path, environment: Mapping[str, str], port: int) -> Iterator[FuncHost]:
    """Run the app until the block is left. Raises ToolMissingError or FuncStartError."""
    command = [require("func"), "start", "--port", str(port)]
    with tempfile.TemporaryDirectory(prefix="core-tools-") as directory, running_azurite() as storage:
        folder, log_path = Path(directory, "app"), Path(directory, "func.log")
        _copy_app(app_dir, folder)
        settings = _settings(environment, storage, Path(directory, "ca.pem"))
        _write_settings(folder, settings)
        with log_path.open("wb") as log:
            process = _start(command, folder, settings, log)
        host = FuncHost(port, log_path)
        try:
            wait_until(lambda: _serves(process, host), _START_SECONDS, "func does not serve the app")
            yield host
        finally:
            _stop(process)


def _copy_app(app_dir: Path, folder: Path) -> None:
    """Copy what is shipped, and link the environment into it.

    Only packages below the app's own folder are preferred by the Python worker to those it brings, and it does not
    survive a mixture of both.
    """
    for path in files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(app_dir / path, folder / path)
    (folder / _VENV).symlink_to(sys.prefix)


def _settings(environment: Mapping[str, str], storage: str, ca_file: Path) -> dict[str, str]:
    """The app settings. `func` shares them with the app, so its own downloads must find their authorities, too."""
    trusted = [Path(environment[name]).read_text() for name in _CA_FILES[:1] if name in environment]
    ca_file.write_text("\n".join([*trusted, Path(certifi.where()).read_text()]))
    return {
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "AzureWebJobsStorage": storage,
        **STORAGE_BACKEND,
        **environment,
        **dict.fromkeys(_CA_FILES, str(ca_file)),
    }


def _write_settings(folder: Path, values: Mapping[str, str]) -> None:
    content = {"IsEncrypted": False, "Values": dict(values)}
    (folder / "local.settings.json").write_text(json.dumps(content, indent=2))


def _start(command: list[str], folder: Path, settings: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start it as leader of a group of its own, with the app's environment active.

    A variable that is also a setting is left out of its environment: it would count more than local.settings.json.
    """
    own = {
        "VIRTUAL_ENV": str(folder / _VENV),
        "PATH": os.pathsep.join([str(folder / _VENV / "bin"), os.environ["PATH"]]),
        "FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT": "1",
    }
    inherited = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", *settings}}
    return subprocess.Popen(
        command,
        cwd=folder,
        env=inherited | own,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _serves(process: subprocess.Popen[bytes], host: FuncHost) -> bool:
    if process.poll() is not None:
        printed = host.log_path.read_text(errors="replace")
        raise FuncStartError(f"func ended with code {process.returncode}:\n{printed}")
    try:
        with urllib.request.urlopen(f"{host.url}/admin/functions", timeout=5) as answer:  # noqa: S310 - loopback
            return bool(json.loads(answer.read()))
    except (OSError, ValueError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End it with its workers: asked first, by force if it does not listen."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
