"""What stands in a query: understood as a whole, or each name and value that makes no sense is told at once."""

from typing import Any

import pytest

from migration.values.outcome import Phase
from migration.values.problems import RequestInvalidError
from triggers.answering.parameters import MOST_VALUES, one_of, place, read_query, whole, words

KNOWN = (whole("top", "t", 500), one_of("phase", "p", Phase), words("text", "x"), place(r"[0-9]+"))


def problems(**sent: str) -> dict[str, str]:
    with pytest.raises(RequestInvalidError) as raised:
        read_query(sent, KNOWN)
    return {problem.field: problem.code for problem in raised.value.problems}


def read(**sent: str) -> dict[str, Any]:
    return {name: value for name, value in read_query(sent, KNOWN).items() if value}


def test_a_misspelt_name_is_refused_with_those_that_there_are():
    """`?phse=Done` listed everything, for "approve all" to go through."""
    with pytest.raises(RequestInvalidError, match="known here: top, phase, text, after"):
        read_query({"phse": "Done"}, KNOWN)
    with pytest.raises(RequestInvalidError, match="this call takes none"):
        read_query({"phase": "Done"}, ())


def test_everything_that_is_wrong_is_told_at_once():
    assert problems(top="0", phase="nowhere", Phase="Done", after="x", text="") == {
        "top": "Invalid",
        "phase": "Invalid",
        "Phase": "UnknownParameter",
        "after": "Invalid",
        "text": "Invalid",
    }


@pytest.mark.parametrize("name", ["code", "clientId", "clientid", "CODE"])
def test_what_the_platform_reads_is_let_through(name: str):
    assert read(**{name: "secret", "top": "3"}) == {"top": 3}


@pytest.mark.parametrize(("text", "values"), [("done", ("Done",)), ("done, PLANNING", ("Done", "Planning"))])
def test_a_filter_takes_several_values_in_any_case(text: str, values: tuple[str, ...]):
    assert read(phase=text) == {"phase": values}


@pytest.mark.parametrize("text", ["", ",", "done,", "done,,planning"])
def test_a_value_that_is_missing_is_no_value(text: str):
    assert problems(phase=text) == {"phase": "Invalid"}


def test_more_values_than_the_table_can_compare_are_refused():
    assert problems(text=",".join("x" * (MOST_VALUES + 1))) == {"query": "TooMany"}
    assert len(read(text=",".join("x" * MOST_VALUES))["text"]) == MOST_VALUES
