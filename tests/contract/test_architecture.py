"""docs/architecture.md shows the code as it is: its pictures are made from it, and the files it names exist."""

import re
from pathlib import Path

import pytest

from dev.picture.__main__ import DOCUMENT, PARTS, with_parts
from dev.picture.calls import Stop, calls_of
from dev.picture.drawing import direct, pictures
from dev.picture.source import ROOT

TEXT = DOCUMENT.read_text()
# A file or folder in backticks: it has a slash, or ends like a file.
PLACE = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|md|json|txt))`")
# `A`, `B` and `C` in `some/file.py`: what is to be changed, and where it is said to be.
THINGS = re.compile(r"((?:`\w+`(?:, | and ))*`\w+`) (?:in|of) `([\w/]+\.py)`")
CHANGES = re.compile(r"^\| (?P<change>[^|]+) \| (?P<room>[^|]+) \| (?P<also>[^|]*)\|$", re.MULTILINE)


def where_to_change() -> list[tuple[str, str, str]]:
    section = TEXT.split("## Where do I change", 1)[1].split("\n## ", 1)[0]
    return [row for row in CHANGES.findall(section) if not row[0].startswith(("---", "change"))]


@pytest.mark.parametrize("document", PARTS, ids=lambda document: document.name)
def test_pictures_and_tables_are_those_of_todays_code(document: Path):
    text = document.read_text()
    assert with_parts(text, PARTS[document]()) == text, "run `make picture`"


def test_every_picture_has_something_to_show():
    assert all(len(picture.splitlines()) > 5 for picture in pictures().values())


def test_a_document_without_a_place_for_a_picture_is_told_so():
    with pytest.raises(AssertionError, match="no place for"):
        with_parts("# Architecture\n", pictures())


def test_every_package_that_runs_in_azure_has_its_reason():
    table = TEXT.split("## Dependencies and why", 1)[1].split("\n## ", 1)[0]
    reasoned = {name for row in re.findall(r"^\| ([a-z][\w, -]+) \|", table, re.MULTILINE) for name in row.split(", ")}
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    assert reasoned - {"package"} == set(pinned)


def test_every_file_that_is_named_exists():
    assert len(PLACE.findall(TEXT)) > 10
    assert [place for place in PLACE.findall(TEXT) if not (ROOT / place).exists()] == []


def test_ten_changes_name_the_room_they_are_made_in():
    assert len(where_to_change()) >= 10
    for change, room, _ in where_to_change():
        assert PLACE.search(room), change


def defines(module: str, thing: str) -> bool:
    """Whether a module has a function, class or table of this name."""
    begins = rf"^(?:(?:async )?def |class )?{thing}\b"
    return re.search(begins, (ROOT / module).read_text(), re.MULTILINE) is not None


def test_what_is_to_be_changed_is_where_the_table_says():
    """A file that exists need not be the right one: a rule that moves takes its row with it."""
    rows = ["".join(row) for row in where_to_change()]
    missing = [
        f"{thing} in {module}"
        for row in rows
        for things, module in THINGS.findall(row)
        for thing in re.findall(r"`(\w+)`", things)
        if not defines(module, thing)
    ]
    assert missing == []


def test_a_row_that_names_a_module_names_what_is_to_be_changed_in_it():
    rooms = [(room, place) for _, room, _ in where_to_change() for place in PLACE.findall(room)]
    modules = {(room, place) for room, place in rooms if place.endswith(".py")}
    assert modules
    assert [place for room, place in modules if place not in {module for _, module in THINGS.findall(room)}] == []


def test_an_activity_is_called_by_its_name():
    assert Stop("activities.delete_source_image", "delete_source_image") in calls_of(
        Stop("orchestrators.phases", "delete_source")
    )


def test_a_call_within_a_module_belongs_to_the_stop_it_is_made_from():
    calls = calls_of(Stop("activities.delete_source_image", "delete_source_image"))
    assert Stop("arm.resources.images", "start_delete") in calls, "by way of _send"
    assert {call.module for call in calls}.isdisjoint({"activities.delete_source_image"})


def test_an_arrow_that_follows_from_others_is_not_drawn():
    rooms = {"top": {"middle", "ground"}, "middle": {"ground"}, "ground": set()}
    assert direct(rooms) == {"top": {"middle"}, "middle": {"ground"}, "ground": set()}
