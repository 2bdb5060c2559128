"""`make dev`: emulated Azure and the app until Ctrl-C. State is in memory and gone with it."""

import os
import signal
import threading
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dev.laptop import Laptop, running_laptop

DIRECTORY = Path(".dev")
DEFAULT_SPEED = "60"


def main() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    speed = float(os.environ.get("EMULATOR_SPEED", DEFAULT_SPEED))
    emulator_port = int(os.environ.get("EMULATOR_PORT", "8443"))
    host_port = int(os.environ.get("FUNCTIONS_PORT", "7071"))
    with running_laptop(speed=speed, emulator_port=emulator_port, host_port=host_port, directory=DIRECTORY) as laptop:
        laptop.write_environment(DIRECTORY / "env")
        _announce(laptop, speed)
        stop.wait()


def _announce(laptop: Laptop, speed: float) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_row("Emulated Azure", laptop.emulator.url)
    table.add_row("Function app", f"{laptop.host.url}/api")
    table.add_row("Speed", f"a minute of Azure takes {60 / speed:.3g} s (EMULATOR_SPEED={speed:.4g})")
    table.add_row("App log", str(laptop.host.log_path))
    console = Console(highlight=False)
    console.print(table)
    console.print("\nIn another terminal: [bold]source .dev/env[/bold], then use az, curl or any SDK (see README.md).")
    console.print("State is in memory. Ctrl-C stops both.")


if __name__ == "__main__":
    main()
