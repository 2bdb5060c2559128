"""The picture that a fleet makes in the terminal: a line for each wave, with how many of its images stand how."""

import time
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

STANDINGS = ("waiting", "onItsWay", "asked", "migrated", "kept", "failed", "passed")
EVERY_SECONDS = 10.0  # a line, where there is no terminal


class Progress:
    """Redraws at the foot of a terminal; elsewhere, as in CI, prints a line now and then."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = self._told = time.monotonic()
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
        self._last: Table | None = None

    def __enter__(self) -> "Progress":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()
        if self._last:
            self._console.print(self._last)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def show(self, fleet: dict[str, Any], most_at_once: int) -> None:
        """Take in what the API says of the fleet now, and how many versions Azure has made at one moment at most."""
        self._last = _table(fleet, self.seconds, most_at_once)
        if self._live:
            self._live.update(self._last)
        elif time.monotonic() - self._told > EVERY_SECONDS:
            self._told = time.monotonic()
            counts = ", ".join(f"{count} {standing}" for standing, count in fleet["counts"].items())
            self._console.print(f"{self.seconds:6.0f} s  {counts}; {most_at_once} at once at most")


def _table(fleet: dict[str, Any], seconds: float, most_at_once: int) -> Table:
    table = Table(title=f"{seconds:.0f} s: {fleet['stage']}, {most_at_once} versions at once at most")
    table.add_column("wave")
    for standing in STANDINGS:
        table.add_column(standing, justify="right")
    for wave in fleet["waves"]:
        table.add_row(str(wave["wave"]), *(str(wave["counts"].get(standing, "")) for standing in STANDINGS))
    return table
