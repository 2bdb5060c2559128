"""The tables of docs/operations.md: the runbook as an operator reads it, made from its rows."""

from migration.runbook.answers import ANSWERS
from migration.runbook.failures import CANCELLED, FAILED, UNKNOWN
from migration.runbook.kept import SOURCE_KEPT
from migration.runbook.planning import REFUSED
from migration.runbook.row import FOR_RUNBOOK, Row

TABLES = {
    "Refused": REFUSED,
    "Failed": FAILED,
    "SourceKept": SOURCE_KEPT,
    "Cancelled": CANCELLED,
    "Unknown": UNKNOWN,
    "answers": ANSWERS,
}


def tables() -> dict[str, str]:
    """Each table by its name, as Markdown."""
    return {f"codes of {name}": _table(rows) for name, rows in TABLES.items()}


def _table(rows: list[Row]) -> str:
    return "\n".join(["| code | why | do | who can |", "|---|---|---|---|", *map(_line, rows)])


def _line(row: Row) -> str:
    codes = ", ".join(f"`{code}`" for code in row.codes)
    return f"| {codes} | {row.why} | {row.step(FOR_RUNBOOK)} | {row.who} |"
