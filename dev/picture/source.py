"""Our source as data: modules by dotted name, their syntax trees, and what each imports."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SHIPPED = (
    *("activities", "arm", "hub", "migration", "notifying", "orchestrators", "records"),
    *("steering", "telemetry", "triggers", "web"),
)
OURS = (*SHIPPED, "dev", "infra")


class Import(NamedTuple):
    """One imported module; `names` are what is taken out of it. `is_lazy` where it happens inside a function."""

    module: str
    names: tuple[str, ...]
    is_lazy: bool
    is_for_types: bool


@cache
def modules() -> dict[str, Path]:
    """Every module of ours that is no test, by dotted name; a package goes by the name of its folder."""
    paths = [ROOT / "function_app.py", *(path for top in OURS for path in sorted((ROOT / top).rglob("*.py")))]
    return {_dotted_name(path): path for path in paths}


def _dotted_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


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


def modules_named_by(found: Import) -> set[str]:
    """The modules of ours that this import reads: a name taken out of a package may be a module in it."""
    everything = modules()
    inside = {name for name in (f"{found.module}.{name}" for name in found.names) if name in everything}
    return inside or ({found.module} & everything.keys())


@cache
def needs() -> dict[str, set[str]]:
    """What each module imports of ours."""
    return {
        name: {other for found in imports_of(tree_of(path)) for other in modules_named_by(found)} - {name}
        for name, path in modules().items()
    }
