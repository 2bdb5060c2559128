"""The environment is read by one module: whoever reads it elsewhere hides what the app depends on."""

import ast

import pytest

from tests.support.source import ROOT, dotted, hold, imports_of, shipped_python, tree_of

READER = ROOT / "migration/asking/platform.py"
SETTINGS = {"Settings", "RecordsStorage"}
WAYS = {"environ", "environb", "getenv", "getenvb"}


def reads_of_the_environment(tree: ast.Module) -> list[str]:
    """Every way in which a module reads the environment: by `os`, or by making settings that are not those it holds."""
    imported = [f"{one.module}.{name}" for one in imports_of(tree) for name in one.names if one.module == "os"]
    used = [dotted(node) or "" for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = [(dotted(base) or "").rpartition(".")[2] for one in classes for base in one.bases]
    by_os = [said for said in [*imported, *used] if said.startswith("os.") and said.rpartition(".")[2] in WAYS]
    made = [(dotted(node.func) or "").rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return by_os + [said for said in [*bases, *made] if said in SETTINGS]


def test_the_environment_is_read_in_one_place():
    hold(lambda path: reads_of_the_environment(tree_of(path)), [path for path in shipped_python() if path != READER])


def test_the_module_that_may_read_the_environment_does():
    assert reads_of_the_environment(tree_of(READER)) != []


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("import os\nos.environ['A']", True),
        ("import os\ndef f():\n    return os.environ.get('A')", True),
        ("import os\nos.getenv('A')", True),
        ("from os import environ", True),
        ("def f():\n    from os import getenv", True),
        ("def f():\n    return Settings()", True),
        ("import migration.asking.platform as s\ns.RecordsStorage()", True),
        ("def f(settings: Settings):\n    return Settings.model_fields", False),
        ("import os\nos.getpid()", False),
        ("current.environ", False),
    ],
)
def test_the_scan_sees_who_reads_the_environment(code: str, is_found: bool):
    assert (reads_of_the_environment(ast.parse(code)) != []) == is_found
