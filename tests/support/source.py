"""The source code as the contract tests read it: files, syntax trees and imports."""

import ast
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from dev.picture.source import ROOT, Import, imports_of, tree_of
from dev.picture.source import SHIPPED as ROOMS

__all__ = ["ROOMS", "ROOT", "Import", "imports_of", "tree_of"]

SHIPPED = {"function_app.py", "host.json", "requirements.txt", *ROOMS}


@cache
def tracked_files() -> list[str]:
    """Paths of everything git tracks or would track, relative to the root."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    output = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(path for path in output.split("\0") if path and (ROOT / path).exists())


def python_files(*rooms: str) -> list[Path]:
    """Python files of these rooms, or all that are ours."""
    wanted = {room.removesuffix("/") for room in rooms}
    return [
        ROOT / path for path in tracked_files() if path.endswith(".py") and (not wanted or path.split("/")[0] in wanted)
    ]


def shipped_python() -> list[Path]:
    return python_files("function_app.py", *ROOMS)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def hold(rule: Callable[[Path], Iterable[str]], paths: Iterable[Path]) -> None:
    """Fail with every file that breaks a rule, and with all that is wrong in each."""
    held = list(paths)
    assert held, "a rule over no files holds nothing"
    broken = [f"{named(path)}: {what}" for path in held for what in rule(path)]
    assert not broken, "\n".join(["", *broken])


def dotted(node: ast.AST) -> str | None:
    """`a.b.c` of a chain of names; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return None
