"""Cells that no spreadsheet runs: what would be taken for a formula is told to be text, and read back as it was.

A cell that begins so is run by Excel, LibreOffice and Google Sheets, whatever quotes are around it (OWASP, "CSV
Injection"). The apostrophe in front of it says that it is text; one that was there before gets another. Where
semicolons or tabs separate cells, as for Excel in much of Europe, what stands behind one in a text begins a cell as
well: there, quotes that do not begin a cell hold nothing together.
"""

import re

_SIGNS = "=+-@＝＋－＠"  # noqa: RUF001 - those of full width run, too
_RUNS = (*_SIGNS, "\t", "\r", "\n")
_TEXT = "'"
_INSIDE = re.compile(rf"""[;\t\r\n][\s"']*(?=[{re.escape(_SIGNS)}])""")


def harmless(text: str) -> str:
    """Return what is written for a text."""
    inside = _INSIDE.sub(lambda found: f"{found[0]}{_TEXT}", text)
    return f"{_TEXT}{inside}" if text.startswith((*_RUNS, _TEXT)) else inside


def as_it_was(cell: str) -> str:
    """Return the text that a cell was written for; what somebody has typed without an apostrophe is itself."""
    inside = cell[1:] if cell.startswith(_TEXT) and cell[1:].startswith((*_RUNS, _TEXT)) else cell
    return _INSIDE.sub(lambda found: found[0].removesuffix(_TEXT), inside)
