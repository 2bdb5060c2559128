"""Cells that a spreadsheet would run are told to be text, and read back as they were."""

import csv
import io
from itertools import product

import pytest

from migration.fleet.sheets.cells import as_it_was, harmless

RUN = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", '=HYPERLINK("https://example.com")', "＝1"]  # noqa: RUF001 - of full width
PLAIN = ["", "web", "a=1", "1-1", "it's", "#", " =1"]


@pytest.mark.parametrize("text", RUN)
def test_what_would_be_run_is_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", [*RUN, *PLAIN, "'", "''", "'=1", "''=1", "'tis", "'-"])
def test_a_text_comes_back_as_it_was(text):
    assert as_it_was(harmless(text)) == text
    assert harmless(text)[:1] not in set("=+-@\t\r\n＝")  # noqa: RUF001 - of full width


@pytest.mark.parametrize("cell", ["'tis", "-5", "=A1"])
def test_what_people_typed_is_itself(cell):
    assert as_it_was(cell) == cell


PARTS = ["a", ";", "=", "'", '"', " ", "\r\n"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_nothing_in_a_text_begins_a_cell_that_is_run_whatever_separates_cells_there(separator):
    """Excel goes by the country it is set to, and not by the file: to it, `1,web;=A1` are two cells in Germany."""
    for parts in product(PARTS, repeat=4):
        text = "".join(parts)
        assert as_it_was(harmless(text)) == text
        file = io.StringIO(newline="")
        csv.writer(file).writerow(["1", harmless(text)])
        for line in csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=separator):
            assert not [cell for cell in line if cell[:1] == "="], (text, line)
