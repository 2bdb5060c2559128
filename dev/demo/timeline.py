"""The picture a migration makes in the terminal: phases with their times, and a bar for every region."""

import time
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from migration.values.outcome import Phase

PHASES = tuple(phase.value for phase in Phase)
BY_WISH = Phase.SOAKING.value  # passed by those alone who asked for it, and long enough to be seen
BAR_WIDTH = 32


class Timeline:
    """Redraws at the foot of a terminal; elsewhere, as in CI, prints a line for each phase and each ten percent."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = time.monotonic()
        self._entered: dict[str, float] = {}
        self._regions: list[dict[str, Any]] = []
        self._printed: dict[str, int] = {}
        self._live = Live(console=console, refresh_per_second=8, transient=True) if console.is_terminal else None

    def __enter__(self) -> "Timeline":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()
            self._console.print(self._picture())

    def show(self, migration: dict[str, Any]) -> None:
        """Take in what the API says of the migration now."""
        elapsed = time.monotonic() - self._begun
        phase = migration["phase"]
        self._enter_skipped(phase, elapsed)
        self._regions = migration["regions"]
        if self._live:
            self._live.update(self._picture())
        else:
            self._print_regions(elapsed)

    def _enter_skipped(self, phase: str, elapsed: float) -> None:
        """Note the phase, and those between two looks, which were too quick to be seen."""
        for passed in PHASES[: PHASES.index(phase) + 1]:
            if passed not in self._entered and (passed != BY_WISH or phase == BY_WISH):
                self._entered[passed] = elapsed
                if not self._live:
                    self._console.print(f"{elapsed:6.1f} s  {passed}")

    def _print_regions(self, elapsed: float) -> None:
        for region in self._regions:
            if region["progress"] // 10 > self._printed.get(region["name"], -1):
                self._printed[region["name"]] = region["progress"] // 10
                bar = "#" * (region["progress"] * BAR_WIDTH // 100)
                self._console.print(
                    f"{elapsed:6.1f} s    {region['name']:<14} [{bar:<{BAR_WIDTH}}] {region['progress']:3d} %",
                    markup=False,
                )

    def _picture(self) -> RenderableType:
        phases = Table.grid(padding=(0, 2))
        for phase in PHASES:
            if phase in self._entered:
                current = phase == list(self._entered)[-1] and phase != "Done"
                mark = Text(">", style="bold yellow") if current else Text("+", style="green")
                phases.add_row(mark, phase, Text(f"{self._entered[phase]:6.1f} s", style="dim"))
                if phase == "Replicating":
                    phases.add_row("", self._bars(), "")
            else:
                phases.add_row(Text(".", style="dim"), Text(phase, style="dim"), "")
        return Group(phases)

    def _bars(self) -> Table:
        bars = Table.grid(padding=(0, 1))
        for region in self._regions:
            bars.add_row(
                Text(region["name"], style="cyan"),
                ProgressBar(total=100, completed=region["progress"], width=BAR_WIDTH),
                f"{region['progress']:3d} %",
                Text(f"{region['replicas']} x  {region['state']}", style="dim"),
            )
        return bars
