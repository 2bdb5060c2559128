"""Cells that no spreadsheet runs: what would be taken for a formula is told to be text, and read back as it was.

A cell that begins so is run by Excel, LibreOffice and Google Sheets, whatever quotes are around it (OWASP, "CSV
Injection"). The apostrophe in front of it says that it is text; one that was there before gets another.
"""

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - those of full width run, too
_TEXT = "'"


def harmless(text: str) -> str:
    """Return what is written for a text."""
    return f"{_TEXT}{text}" if text.startswith((*_RUNS, _TEXT)) else text


def as_it_was(cell: str) -> str:
    """Return the text that a cell was written for; what somebody has typed without an apostrophe is itself."""
    return cell[1:] if cell.startswith(_TEXT) and cell[1:].startswith((*_RUNS, _TEXT)) else cell
