"""A row of the bench's one table: a ratio of two things measured in this run, or a count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """`figure` is how many times the measure of `beside`, or a count where it stands beside nothing; `bar` the most."""

    what: str
    figure: float
    beside: str = ""
    bar: float | None = None

    @property
    def is_over(self):
        return self.bar is not None and self.figure > self.bar

    @property
    def cells(self):
        bar = "" if self.bar is None else self._told(self.bar)
        return self.what, self._told(self.figure), self.beside, bar + (" (over)" if self.is_over else "")

    def _told(self, number):
        return f"{number:.2f} times" if self.beside else f"{number:,.0f}"


HEAD = ("what", "figure", "beside", "at most")


def table(rows: Sequence[Row]) -> str:
    """The rows as a table in Markdown, its columns aligned for a terminal."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    told = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    told.insert(1, ["-" * width for width in widths])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in told)


def in_turns[T](measure: Callable[[T], float], measured: Sequence[T], rounds: int) -> list[float]:
    """The median of each one's measures, taken in turns, so that whatever else the machine does meets all of them."""
    taken: list[list[float]] = [[] for _ in measured]
    for _ in range(rounds):
        for figures, one in zip(taken, measured, strict=True):
            figures.append(measure(one))
    return [median(figures) for figures in taken]
