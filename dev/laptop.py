"""Emulated Azure and the function app on this machine, joined by Event Grid: what `make dev` and the demo run."""

import os
import shlex
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from dev.app_events import APP_IDENTITY, send_events
from dev.emulator import Emulator, running_emulator
from dev.host import running_host

APP = Path(__file__).resolve().parents[1]
TRIGGER = "image_tagged"


class FunctionsHost(Protocol):
    """A running host of the app, whichever it is; a key that is empty is not asked for."""

    @property
    def url(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def durable_key(self) -> str: ...
    @property
    def log_path(self) -> Path: ...
    def event_grid_url(self, function_name: str) -> str: ...


RunHost = Callable[[Path, Mapping[str, str], int], AbstractContextManager[FunctionsHost]]


@dataclass(frozen=True)
class Laptop:
    """Both halves, running. `environment` is everything `az`, curl and SDKs need to use them."""

    emulator: Emulator
    host: FunctionsHost

    @property
    def environment(self) -> dict[str, str]:
        return self.emulator.environment | {
            "FUNCTIONS_URL": self.host.url,
            "FUNCTIONS_KEY": self.host.key,
            "DURABLE_SYSTEM_KEY": self.host.durable_key,
        }

    def write_environment(self, file: Path) -> None:
        """Write the environment as `export` lines, readable by its owner only: it holds keys.

        `az` gets a configuration of its own, empty at each start: nobody's own is left in an emulated cloud.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        configuration = file.parent.resolve() / f"azure-{urlsplit(self.emulator.url).port}"
        shutil.rmtree(configuration, ignore_errors=True)
        values = self.environment | {"AZURE_CONFIG_DIR": str(configuration)}
        lines = (f"export {name}={shlex.quote(value)}\n" for name, value in values.items())
        file.write_text("".join(lines))


@contextmanager
def running_laptop(
    *,
    speed: float,
    emulator_port: int = 0,
    host_port: int = 0,
    directory: Path | None = None,
    settings: Mapping[str, str] | None = None,
    run_host: RunHost = running_host,
) -> Iterator[Laptop]:
    """Run both until the block ends. `speed` is emulated seconds a real second; `settings` are added app settings."""
    port = host_port or free_port()
    with running_emulator(emulator_port, speed, directory, trust_public=True) as emulator:
        chosen = app_settings(speed, port) | dict(settings or {})
        own = {name: os.environ.get(name, value) for name, value in chosen.items()}  # the shell's settings count more
        with run_host(APP, emulator.environment | own | APP_IDENTITY, port) as host:
            send_events(emulator.control, host.event_grid_url(TRIGGER))
            yield Laptop(emulator, host)


def app_settings(speed: float, port: int) -> dict[str, str]:
    """Return the app settings of a laptop: the app looks as often, in emulated time, as it would in Azure."""
    return {
        "MIGRATION_GALLERY": "contoso_gallery",
        "MIGRATION_POLL_INTERVAL": f"PT{max(0.5, 30 / speed)}S",
        "MIGRATION_POLL_INTERVAL_MAX": f"PT{max(1.0, 600 / speed)}S",
        "MIGRATION_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def free_port() -> int:
    """Return a port nobody listens on now; links name it before the host does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
