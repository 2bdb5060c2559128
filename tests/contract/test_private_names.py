"""A private helper's name says what it is about: `_read` in six modules tells nothing in a search or a stack trace."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.support.source import named, shipped_python, tree_of

MOST_MODULES = 2


def private_functions(path: Path) -> set[str]:
    """Functions and methods with an underscore in front; those with one behind, too, are Python's own."""
    found = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {one.name for one in found if one.name.startswith("_") and not one.name.endswith("_")}


def modules_of_each_name() -> dict[str, list[str]]:
    modules = defaultdict(list)
    for path in shipped_python():
        for name in private_functions(path):
            modules[name].append(named(path))
    return modules


def test_a_private_name_is_that_of_few_modules():
    everywhere = {name: where for name, where in modules_of_each_name().items() if len(where) > MOST_MODULES}
    assert not everywhere, "\n".join(f"{name}: {', '.join(where)}" for name, where in sorted(everywhere.items()))
