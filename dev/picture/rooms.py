"""Rooms and floors: what stands beside each other in a package, and what of it rests on what.

A package is a house; the packages in it are its rooms, and a module directly in it is a room of its own.
"""

import ast
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

from dev.picture.source import modules, needs, tree_of

DOOR = "__init__"  # what a house hands out itself; it may rest on every room in it


def houses() -> list[str]:
    """Every package of ours, and the root, which is named by an empty text."""
    return ["", *(name for name, path in modules().items() if path.name == "__init__.py")]


def modules_in(house: str) -> list[str]:
    """The modules directly in a package, without its door and what `python -m` runs."""
    found = (name for name, path in modules().items() if path.name not in ("__init__.py", "__main__.py"))
    return [name for name in found if name.rpartition(".")[0] == house]


def rooms_of(house: str, imports: Mapping[str, Iterable[str]] | None = None) -> dict[str, set[str]]:
    """Each room of a house, with the rooms there that it imports."""
    rooms: dict[str, set[str]] = {}
    for module, imported in (imports or needs()).items():
        if (room := _room(house, module)) is not None:
            others = {_room(house, other) for other in imported} - {room, None}
            rooms.setdefault(room, set()).update(other for other in others if other)
    return rooms


def _room(house: str, module: str) -> str | None:
    if module == house:
        return DOOR
    inside = module if not house else module.removeprefix(f"{house}.") if module.startswith(f"{house}.") else ""
    return inside.split(".")[0] or None


def floors(rooms: Mapping[str, set[str]]) -> list[list[str]]:
    """From the ground up: a room stands just above the highest that it imports."""
    sorter, found = TopologicalSorter(rooms), []
    sorter.prepare()
    while sorter.is_active():
        floor = sorted(sorter.get_ready())
        found.append(floor)
        sorter.done(*floor)
    return found


def what_it_says(package: str) -> str:
    """The words a package opens with."""
    return ast.get_docstring(tree_of(modules()[package])) or ""
