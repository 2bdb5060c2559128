"""The rooms of `dev/host`: few enough to be seen at once, each said what it is for, imports one way only."""

import ast
from pathlib import Path

import pytest

from tests.contract.source import ROOT, imports_of, named, python_files, tree_of

HOST = ROOT / "dev" / "host"
MOST_IN_A_ROOM = 10

# From the bottom up: a room imports from those before it only, so that there is no circle.
ROOMS = ["engine", "worker", "settings", "front", "triggers", "durable_api", "stage", "running", "__main__"]


def modules() -> list[Path]:
    return [path for path in python_files("dev") if path.is_relative_to(HOST) and path != HOST / "__init__.py"]


def room_of(path: Path) -> str:
    return path.relative_to(HOST).parts[0].removesuffix(".py")


def breaches(room: str, tree: ast.Module) -> list[str]:
    """What of the host this room imports and must not."""
    mine = [found.module.split(".")[2:3] for found in imports_of(tree) if found.module.startswith("dev.host")]
    allowed = ROOMS[: ROOMS.index(room) + 1]
    return [other[0] if other else "dev.host" for other in mine if not other or other[0] not in allowed]


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_room_of_the_host_imports_only_from_those_below_it(path: Path):
    assert breaches(room_of(path), tree_of(path)) == []


def test_every_room_of_the_host_has_its_place():
    assert {room_of(path) for path in modules()} == set(ROOMS)


@pytest.mark.parametrize("room", [HOST, *(HOST / room for room in ROOMS if (HOST / room).is_dir())], ids=named)
def test_a_room_of_the_host_is_seen_at_a_glance(room: Path):
    entries = [one for one in room.iterdir() if one.suffix == ".py" or (one / "__init__.py").exists()]
    assert len([one for one in entries if one.name not in ("__init__.py", "__main__.py")]) <= MOST_IN_A_ROOM


@pytest.mark.parametrize("room", [room for room in ROOMS if (HOST / room).is_dir()])
def test_the_host_says_what_its_rooms_are(room: str):
    opening = ast.get_docstring(tree_of(HOST / "__init__.py")) or ""
    assert f"`{room}`" in opening


@pytest.mark.parametrize(
    ("room", "line", "allowed"),
    [
        ("engine", "from dev.host.engine.clock import Clock", True),
        ("engine", "from dev.host.worker import frames", False),
        ("engine", "from dev.host import Limits", False),
        ("triggers", "from dev.host.front.keys import Keys", True),
        ("front", "def f():\n    from dev.host.triggers.timers import Timers", False),
        ("running", "import asyncio", True),
    ],
)
def test_the_scan_tells_up_from_down(room: str, line: str, allowed: bool):
    assert (breaches(room, ast.parse(line)) == []) == allowed
