"""`python -m dev.host --app-dir DIR --port N`: run a Functions app until Ctrl-C."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from dev.host.front.keys import Keys
from dev.host.front.routes import RouteTemplateError
from dev.host.running.host import Host, HostOptions
from dev.host.settings import HostSettingsError
from dev.host.triggers.ncrontab import ScheduleInvalidError
from dev.host.worker.process import AppLoadError

_DEFAULT_PORT = 7071
_UNUSABLE = (HostSettingsError, ScheduleInvalidError, RouteTemplateError, OSError)


async def run(options: HostOptions) -> int:
    """Serve the app until a signal comes, or until it cannot be served any more."""
    host = Host(options)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await host.start()
        print(host.banner, flush=True)
        host.failed.add_done_callback(lambda _: stop.set())
        await stop.wait()
        if host.failed.done():
            host.failed.result()
    finally:
        await host.stop()
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.host", description="Run an Azure Functions app.")
    parser.add_argument("--app-dir", type=Path, default=Path(), help="folder with host.json and function_app.py")
    parser.add_argument("--port", type=int, default=_DEFAULT_PORT, help="0 picks a free one")
    parser.add_argument("--key", help="the master key; made up if not given")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    keys = Keys(master=given.key) if given.key else Keys()
    try:
        return asyncio.run(run(HostOptions(app_dir=given.app_dir.resolve(), port=given.port, keys=keys)))
    except AppLoadError as error:
        print(f"{error.traceback}\nThe app could not be loaded: {error}", file=sys.stderr)
    except _UNUSABLE as error:
        print(f"The host could not start: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
