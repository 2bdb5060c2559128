"""Decisions that are for a time: the tests that notice when the time is over, so that nobody has to remember."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.support.source import ROOT, python_files

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
REPLACED = re.compile(r"^# .*\((?:replaced|superseded) by ", re.MULTILINE)
PLACE = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
CANDIDATE = ROOT / "docs" / "decisions" / "0001-durable-functions-2.md"
STAND_INS = ROOT / "docs" / "decisions" / "0012-four-stand-ins-stay-ours.md"
# Room for mending, not for growing: whoever needs more asks first whether what it stands in for can be had by now.
MOST_LINES = {
    "dev/host": 4_300,
    "dev/emulator/storage": 1_150,
    "dev/emulator/resource_graph": 850,
    "tests/infra/bicep": 950,
}


def pinned() -> dict[str, Version]:
    """What runs in Azure and is named by us, with its version."""
    lines = [line for line in (ROOT / "requirements.in").read_text().splitlines() if line and line[0] != "#"]
    found = [Requirement(line) for line in lines]
    return {one.name: Version(str(one.specifier).removeprefix("==")) for one in found}


def lines_of(folder: str) -> int:
    files = [path for path in python_files(folder.split("/", maxsplit=1)[0]) if path.is_relative_to(ROOT / folder)]
    return sum(len(path.read_text().splitlines()) for path in files)


def test_a_pre_release_runs_in_azure_only_where_a_decision_says_until_when():
    early = {name for name, version in pinned().items() if version.is_prerelease}
    named = set(re.findall(r"`(azure-[\w-]+)`", CANDIDATE.read_text()))
    assert early == named, "decision 1 is due: a release is out, or another pre-release has come"


def test_the_candidate_that_was_decided_on_is_the_one_that_is_pinned():
    assert f"{pinned()['azure-functions-durable']}, pinned exactly" in CANDIDATE.read_text()


@pytest.mark.parametrize("folder", MOST_LINES)
def test_a_stand_in_has_not_outgrown_its_decision(folder: str):
    assert 0 < lines_of(folder) <= MOST_LINES[folder], f"decision 12 is due: may {folder} go instead of growing?"


def test_every_stand_in_is_in_the_decision():
    named = {place.rstrip("/") for place in PLACE.findall(STAND_INS.read_text())}
    assert named >= set(MOST_LINES)


def test_what_a_decision_in_force_names_exists():
    in_force = [(path.name, path.read_text()) for path in DECISIONS if not REPLACED.search(path.read_text())]
    named = [f"{place} in {name}" for name, text in in_force for place in PLACE.findall(text)]
    assert [one for one in named if not (ROOT / one.partition(" ")[0]).exists()] == []


def test_decisions_are_numbered_without_a_gap():
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    assert [path.read_text().split(".")[0] for path in DECISIONS] == [
        f"# {number}" for number in range(1, len(DECISIONS) + 1)
    ]
