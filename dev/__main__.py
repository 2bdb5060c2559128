"""`make dev`: emulated Azure and the app until Ctrl-C. State is in memory and gone with it."""

import errno
import os
import signal
import sys
import threading
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dev.inbox import Inbox, running_inbox
from dev.laptop import Laptop, running_laptop

DIRECTORY = Path(".dev")
DEFAULT_SPEED = "60"
LOOK_EVERY_SECONDS = 0.25


def main() -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    console = Console(highlight=False, soft_wrap=True)
    try:
        _run(console, stop)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        console.print(f"[red]{error.strerror}[/red]: choose other ports with EMULATOR_PORT and FUNCTIONS_PORT")
        return 1
    return 0


def _run(console: Console, stop: threading.Event) -> None:
    speed = float(os.environ.get("EMULATOR_SPEED", DEFAULT_SPEED))
    emulator_port = int(os.environ.get("EMULATOR_PORT", "8443"))
    host_port = int(os.environ.get("FUNCTIONS_PORT", "7071"))
    with running_inbox() as inbox:
        settings = {"MIGRATION_NOTIFY": f"you={inbox.address}"}
        with running_laptop(
            speed=speed, emulator_port=emulator_port, host_port=host_port, directory=DIRECTORY, settings=settings
        ) as laptop:
            laptop.write_environment(DIRECTORY / "env")
            _announce(console, laptop, speed)
            while not stop.wait(LOOK_EVERY_SECONDS):
                _show_messages(console, inbox)


def _show_messages(console: Console, inbox: Inbox) -> None:
    while message := inbox.next_message():
        console.print(f"\n[bold]{message['title']}[/bold]")
        console.print(message["message"], markup=False)


def _announce(console: Console, laptop: Laptop, speed: float) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_row("Emulated Azure", laptop.emulator.url)
    table.add_row("Function app", f"{laptop.host.url}/api")
    table.add_row("Speed", f"a minute of Azure takes {60 / speed:.3g} s (EMULATOR_SPEED={speed:.4g})")
    table.add_row("App log", str(laptop.host.log_path))
    console.print(table)
    console.print("\nIn another terminal: [bold]source .dev/env[/bold], then use az, curl or an SDK (see README.md).")
    console.print("Notifications of the app appear here. State is in memory; Ctrl-C stops both.")


if __name__ == "__main__":
    sys.exit(main())
