"""The house from outside: rooms one can see at a glance, that say what they are for.

Which room is on which floor `.importlinter` declares, and docs/architecture.md shows.
"""

import ast
import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import pytest

from dev.picture.rooms import DOOR, floors, houses, modules_in, rooms_of, what_it_says
from dev.picture.source import imports_of, modules_named_by, needs

MOST_MODULES = 10
# Lists of one kind of thing, where the file names are the table of contents.
LISTS = {
    "activities": "a file for each step of a migration",
}
A_LIMIT = re.compile(r"\b(not|nor|no|nothing|nowhere|never|only|without|next door|free of)\b", re.IGNORECASE)


def test_a_room_is_seen_at_a_glance_unless_it_is_a_list():
    assert {house for house in houses() if len(modules_in(house)) > MOST_MODULES} == LISTS.keys()


def circle(modules: Mapping[str, set[str]]) -> list[str]:
    """Modules that import each other, round to the first again; empty where there are none."""
    try:
        TopologicalSorter(modules).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_needs_a_door_that_opens_on_it():
    """Two rooms that need each other `.importlinter` finds, but for the `__init__` that hands out what is in a room."""
    assert circle(needs()) == []


def test_a_room_says_what_belongs_there_and_what_does_not():
    assert [house for house in houses() if house and not A_LIMIT.search(what_it_says(house))] == []


@pytest.mark.parametrize(
    ("line", "modules"),
    [
        ("from migration.values import ids", {"migration.values.ids"}),
        ("from migration.values.ids import ResourceId", {"migration.values.ids"}),
        ("def f():\n    from dev.emulator import compute, identity", {"dev.emulator.compute", "dev.emulator.identity"}),
        ("from dev.host import Limits", {"dev.host"}),
        ("import dev.emulator.storage.tables", {"dev.emulator.storage.tables"}),
        ("import json", set()),
    ],
)
def test_the_scan_sees_which_modules_are_imported(line: str, modules: set[str]):
    (found,) = imports_of(ast.parse(line))
    assert modules_named_by(found) == modules


def test_the_scan_tells_a_room_from_what_is_in_it_and_from_its_door():
    imports = {"a": {"a.b.x"}, "a.b.x": {"a.c"}, "a.b.y": {"a.b.x", "z"}, "a.c": set(), "z": {"a.c"}}
    assert rooms_of("a", imports) == {DOOR: {"b"}, "b": {"c"}, "c": set()}
    assert rooms_of("a.b", imports) == {"x": set(), "y": {"x"}}
    assert rooms_of("", imports) == {"a": {"z"}, "z": {"a"}}


def test_a_circle_by_way_of_a_third_would_be_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert len(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == 4


def test_a_room_that_uses_the_door_of_its_own_house_would_be_found():
    assert circle({"a": {"a.b.x"}, "a.b.x": {"a"}}) != []


def test_a_floor_rests_on_the_one_below():
    assert floors({"top": {"left", "right"}, "left": {"ground"}, "right": set(), "ground": set()}) == [
        ["ground", "right"],
        ["left"],
        ["top"],
    ]


@pytest.mark.parametrize("said", ["Everything about galleries.", "What people are told, in words."])
def test_a_room_that_draws_no_line_would_be_found(said: str):
    assert not A_LIMIT.search(said)
