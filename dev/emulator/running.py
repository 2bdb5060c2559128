"""Starts an emulator on its own thread and event loop, and stops it."""

import asyncio
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from dev.emulator.control.client import Control
from dev.emulator.front_door.certificates import server_context
from dev.emulator.seed import SUBSCRIPTION_ID, small_company
from dev.emulator.server import create_app
from dev.emulator.storage import ACCOUNT_PATH
from dev.emulator.world import Seed, World
from dev.emulator.world.clock import Clock

_START_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator: `environment` is all a client process needs, `control` looks and turns."""

    url: str
    subscription_id: str
    environment: dict[str, str]
    control: Control


@contextmanager
def running_emulator(
    port: int = 0,
    speed: float = 1.0,
    directory: Path | str | None = None,
    seed: Seed = small_company,
    *,
    trust_public: bool = False,
) -> Iterator[Emulator]:
    """Serves one world until the block ends.

    `directory` is where the CA file goes (None: a temporary one); with `trust_public` a process with this
    `environment` can call others than the emulator, too.
    """
    world = World(Clock(speed))
    world.plant(seed)
    with tempfile.TemporaryDirectory() as temporary:
        ca_file = Path(directory or temporary).resolve() / "emulator-ca.pem"
        server = _Server(create_app(world), server_context(ca_file, public=trust_public), port)
        with server.on_own_thread():
            emulator = _described(server.port, ca_file, world)
            with closing(emulator.control):
                yield emulator


def _described(port: int, ca_file: Path, world: World) -> Emulator:
    url = f"https://localhost:{port}"
    environment = {
        "ARM_ENDPOINT": url,
        "SSL_CERT_FILE": str(ca_file),
        "REQUESTS_CA_BUNDLE": str(ca_file),
        "IDENTITY_ENDPOINT": f"{url}/msi/token",
        "IDENTITY_HEADER": world.identity_secret,
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION_ID,
        # By number: the SDK of table storage takes any localhost for Cosmos DB, and speaks another dialect to it.
        "MIGRATION_RECORDS": f"https://127.0.0.1:{port}{ACCOUNT_PATH}",
    }
    return Emulator(url, SUBSCRIPTION_ID, environment, Control(url, str(ca_file)))


class _Server:
    def __init__(self, app: web.Application, tls: ssl.SSLContext, port: int) -> None:
        self._app, self._tls = app, tls
        self.port = port
        self._ready = threading.Event()
        self._problem: BaseException | None = None

    @contextmanager
    def on_own_thread(self) -> Iterator[None]:
        loop = asyncio.new_event_loop()
        stop = asyncio.Event()
        thread = threading.Thread(target=self._run, args=(loop, stop), name="emulator", daemon=True)
        thread.start()
        try:
            if not self._ready.wait(_START_TIMEOUT_SECONDS):
                raise TimeoutError("the emulator did not start")
            if self._problem:
                raise self._problem
            yield
        finally:
            if thread.is_alive():
                loop.call_soon_threadsafe(stop.set)
            thread.join()

    def _run(self, loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        try:
            loop.run_until_complete(self._serve(stop))
        except OSError as problem:
            self._problem = problem
        finally:
            self._ready.set()
            loop.close()

    async def _serve(self, stop: asyncio.Event) -> None:
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=self._tls)
        try:
            await site.start()
            self.port = runner.addresses[0][1]
            self._ready.set()
            await stop.wait()
        finally:
            await runner.cleanup()
