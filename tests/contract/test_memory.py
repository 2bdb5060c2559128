"""What a process remembers for its whole life is listed here: anything else could grow with every request."""

import ast
from typing import Any

import pytest

from tests.support.source import dotted, named, shipped_python, tree_of

MAKERS = {"dict", "list", "set", "defaultdict", "OrderedDict", "Counter", "deque", "WeakValueDictionary"}

# Module, name: why it does not grow.
BOUNDED = {
    ("arm/transport/allowance.py", "_left"): "a thousand subscriptions, with the few limits that Azure names",
    ("arm/transport/cloud.py", "_handed_in"): "one reader of settings, in place of the other",
    ("records/table.py", "_made"): "the one table, by its address",
    ("records/table.py", "_handed_in"): "one table, in place of the other",
    ("telemetry/measuring.py", "_counted"): "cleared at a thousand",
}


def remembered(tree: ast.Module) -> list[str]:
    """Names of a module that are there to be filled, and caches whose size is that of the input."""
    found = []
    body: list[Any] = tree.body
    for node in body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if value is not None and is_empty(value):
            found += [ast.unparse(target) for target in getattr(node, "targets", None) or [node.target]]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return found + [one.name for one in functions if any(map(is_endless_cache, one.decorator_list)) and takes(one)]


def is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.List | ast.Set):
        return not value.elts
    made = value.func if isinstance(value, ast.Call) else None
    made = made.value if isinstance(made, ast.Subscript) else made
    return made is not None and (dotted(made) or "").rpartition(".")[2] in MAKERS


def is_endless_cache(decorator: ast.expr) -> bool:
    """`@cache`, `@lru_cache(None)` or `@lru_cache(maxsize=None)`."""
    called = decorator if isinstance(decorator, ast.Call) else None
    name = (dotted(called.func if called else decorator) or "").rpartition(".")[2]
    sizes = [*called.args, *(one.value for one in called.keywords if one.arg == "maxsize")] if called else []
    return name == "cache" or (name == "lru_cache" and any(ast.unparse(size) == "None" for size in sizes))


def takes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    given = function.args
    return bool(given.args or given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg)


def test_nothing_that_a_process_remembers_grows_without_end():
    """A client for each subscription that a dry run named was kept: 370 MB after 1,200 that do not exist."""
    found = {(named(path), name) for path in shipped_python() for name in remembered(tree_of(path))}
    assert found == BOUNDED.keys()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("_known: dict[str, int] = {}", ["_known"]),
        ("_known = collections.defaultdict(list)", ["_known"]),
        ("_seen = set[str]()", ["_seen"]),
        ("NAMES = {'a': 1}\nLIST = [1]", []),
        ("@cache\ndef one(): ...", []),
        ("@functools.cache\ndef each(name): ...", ["each"]),
        ("@lru_cache(maxsize=None)\ndef each(*names): ...", ["each"]),
        ("@lru_cache(maxsize=64)\ndef some(name): ...", []),
        ("class A:\n    @cache\n    def each(self): ...", ["each"]),
    ],
)
def test_the_scan_sees_what_would_grow(code: str, names: list[str]):
    assert remembered(ast.parse(code)) == names
