"""The rooms of the emulated Azure: small, named, and each knows only those below it."""

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.contract.source import ROOT, Import, imports_of, named, python_files, tree_of

EMULATOR = ROOT / "dev/emulator"
MODULES = [path for path in python_files("dev") if path.is_relative_to(EMULATOR)]
MOST_MODULES = 10


def modules_by_room() -> dict[Path, set[Path]]:
    rooms = defaultdict(set)
    for path in MODULES:
        rooms[path.parent].add(path)
    return rooms


ROOMS = modules_by_room()


def rooms_imported(found: Import) -> set[Path]:
    """A name taken out of a room may be a module in it, or a room inside; both count where they are."""
    place = ROOT.joinpath(*found.module.split("."))
    inner = [place / name for name in found.names]
    taken = [path for path in inner if path in ROOMS or path.with_suffix(".py").exists()]
    rooms = {path if path in ROOMS else path.parent for path in taken or [place]}
    return {room for room in rooms if room.is_relative_to(EMULATOR)}


def rooms_needed(room: Path) -> set[Path]:
    imports = (found for path in ROOMS[room] for found in imports_of(tree_of(path)))
    return {other for found in imports for other in rooms_imported(found)} - {room}


def circle(graph: dict[Path, set[Path]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [named(room) for room in error.args[1]]
    return []


@pytest.mark.parametrize("room", sorted(ROOMS), ids=named)
def test_a_room_has_ten_modules_at_most_and_says_what_belongs_there(room: Path):
    modules = {path.name for path in ROOMS[room]}
    assert len(modules - {"__init__.py"}) <= MOST_MODULES
    assert "__init__.py" in modules
    assert ast.get_docstring(tree_of(room / "__init__.py"))


def test_no_two_rooms_need_each_other_even_by_way_of_others():
    graph = {room: rooms_needed(room) for room in ROOMS}
    assert len(graph[EMULATOR]) > MOST_MODULES, "the scan sees what the top imports"
    assert circle(graph) == []


@pytest.mark.parametrize(
    ("line", "rooms"),
    [
        ("from dev.emulator.world import World", {"world"}),
        ("from dev.emulator.world.clock import Clock", {"world"}),
        ("from dev.emulator.compute.images import images", {"compute/images"}),
        ("from dev.emulator import compute, identity", {"compute", "."}),
        ("from dev.emulator import Emulator", {"."}),
        ("import dev.emulator.storage.tables", {"storage"}),
        ("import json", set()),
    ],
)
def test_the_scan_sees_which_room_is_imported(line: str, rooms: set[str]):
    (found,) = imports_of(ast.parse(line))
    assert rooms_imported(found) == {EMULATOR / room for room in rooms}


def test_the_scan_sees_a_circle():
    first, second, third = (EMULATOR / name for name in ("a", "b", "c"))
    assert circle({first: {second}, second: {third}, third: set()}) == []
    assert len(circle({first: {second}, second: {third}, third: {first}})) == 4
