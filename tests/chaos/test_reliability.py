"""docs/reliability.md says what is promised and what is planted as the code has it."""

from tests.chaos.planted.all import SAFEGUARDS
from tests.chaos.reached import STATES
from tests.support.invariants.judging import INVARIANTS
from tests.support.templates import ROOT

TEXT = (ROOT / "docs" / "reliability.md").read_text()


def _section(title: str) -> list[str]:
    body = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return body.splitlines()


def test_every_invariant_is_promised_in_its_own_words_and_nothing_else():
    promised = [line.removeprefix("- ") for line in _section("Promised") if line.startswith("- ")]
    assert promised == [one.sentence for one in INVARIANTS]


def test_every_safeguard_that_is_undone_is_in_the_table_of_planted_bugs():
    rows = [line.split("|")[1].strip() for line in _section("Planted") if line.startswith("| ")]
    assert set(rows[1:]) == set(SAFEGUARDS)


def test_the_number_of_rare_states_is_that_of_those_that_have_a_name():
    assert f"{len(STATES)} rare states" in " ".join(_section("Run"))
