"""The environment is read by three modules, typed: whoever reads it elsewhere hides what the app depends on."""

import ast

import pytest

from tests.support.source import ROOT, dotted, hold, imports_of, shipped_python, tree_of

READERS = {ROOT / f"migration/asking/{name}.py" for name in ("platform", "settings", "reading")}
SETTINGS = {"BaseSettings", "Settings", "RecordsStorage"}
WAYS = {"environ", "environb", "getenv", "getenvb"}


def reads_of_the_environment(tree: ast.Module) -> list[str]:
    """Every way in which a module reads the environment: by `os`, by settings of its own, or by making ours anew."""
    imported = [f"{one.module}.{name}" for one in imports_of(tree) for name in one.names if one.module == "os"]
    used = [dotted(node) or "" for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = [(dotted(base) or "").rpartition(".")[2] for one in classes for base in one.bases]
    by_os = [said for said in [*imported, *used] if said.startswith("os.") and said.rpartition(".")[2] in WAYS]
    made = [(dotted(node.func) or "").rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return by_os + [said for said in [*bases, *made] if said in SETTINGS]


def test_the_environment_is_read_in_one_place():
    hold(
        lambda path: reads_of_the_environment(tree_of(path)), [path for path in shipped_python() if path not in READERS]
    )


def test_whoever_may_read_the_environment_does():
    assert [path for path in READERS if not reads_of_the_environment(tree_of(path))] == []


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("import os\nos.environ['A']", True),
        ("import os\ndef f():\n    return os.environ.get('A')", True),
        ("import os\nos.getenv('A')", True),
        ("from os import environ", True),
        ("def f():\n    from os import getenv", True),
        ("class Mine(BaseSettings): ...", True),
        ("class Mine(pydantic_settings.BaseSettings): ...", True),
        ("def f():\n    return Settings()", True),
        ("import migration.asking.platform as s\ns.RecordsStorage()", True),
        ("def f(settings: Settings):\n    return Settings.model_fields", False),
        ("import os\nos.getpid()", False),
        ("current.environ", False),
    ],
)
def test_the_scan_sees_who_reads_the_environment(code: str, is_found: bool):
    assert (reads_of_the_environment(ast.parse(code)) != []) == is_found
