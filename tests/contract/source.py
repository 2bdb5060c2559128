"""The source code as the contract tests read it: files, syntax trees and imports."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
ROOMS = ("activities", "arm", "migration", "orchestrators", "records", "telemetry", "triggers", "web")
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


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


class Import(NamedTuple):
    """One imported module; `names` are what is taken out of it. `is_lazy` where it happens inside a function."""

    module: str
    names: tuple[str, ...]
    is_lazy: bool
    is_for_types: bool


def imports_of(tree: ast.Module) -> list[Import]:
    return list(_imports(tree, is_lazy=False, is_for_types=False))


def _imports(node: ast.AST, *, is_lazy: bool, is_for_types: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, (), is_lazy, is_for_types) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            yield Import(child.module or "", tuple(alias.name for alias in child.names), is_lazy, is_for_types)
        else:
            yield from _imports(
                child,
                is_lazy=is_lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef),
                is_for_types=is_for_types or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)),
            )


def dotted(node: ast.AST) -> str | None:
    """`a.b.c` of a chain of names; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return None
