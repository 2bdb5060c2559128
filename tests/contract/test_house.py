"""The house rules a reader relies on: sizes, one way to run everywhere, reasons for exceptions, no heavy start."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT, SHIPPED, hold, python_files, shipped_python, tracked_files, tree_of

LONGEST_MODULE = 300
LONGEST_TABLE_OF_CONTENTS = 50
LONGEST_OPENING = 6
# The app does not know where it runs: endpoint, CA and identity are all that differs on a laptop.
PLACES = re.compile(
    r"\b(local|localhost|emulat\w*|laptop|127\.0\.0\.1|development)\b|AZURE_FUNCTIONS_ENVIRONMENT", re.IGNORECASE
)
HEAVY = ("azure.mgmt", "azure.identity", "apprise", "jinja2", "aiohttp", "msal")
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)")
WITH_REASON = re.compile(r"#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)* - |type: ignore\[[\w-]+(, ?[\w-]+)*\]  ?(# |- ))\S.+")


def test_a_broken_rule_names_every_file_that_breaks_it():
    with pytest.raises(AssertionError, match=r"(?s)arm/transport/errors.py: wrong.*arm/transport/client.py: wrong"):
        hold(lambda path: ["wrong"], [ROOT / "arm/transport/errors.py", ROOT / "arm/transport/client.py"])
    with pytest.raises(AssertionError, match="no files"):
        hold(lambda path: [], [])


def too_long(path: Path) -> Iterator[str]:
    if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE:
        yield f"{lines} lines"


def test_no_module_is_longer_than_anyone_reads():
    hold(too_long, [*shipped_python(), *python_files("dev")])


def test_the_table_of_contents_fits_on_a_page():
    assert len((ROOT / "function_app.py").read_text().splitlines()) < LONGEST_TABLE_OF_CONTENTS


def ill_opened(path: Path) -> Iterator[str]:
    said = ast.get_docstring(tree_of(path)) or ""
    if not said:
        yield "says nothing"
    if (lines := len(said.split("\n\n")[0].splitlines())) > LONGEST_OPENING:
        yield f"opens with {lines} lines"


def test_every_module_says_what_it_is_for():
    hold(ill_opened, [*shipped_python(), *python_files("dev")])


def branches_on_place(tree: ast.Module) -> list[str]:
    tests = [node.test for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert)]
    tests += [node.subject for node in ast.walk(tree) if isinstance(node, ast.Match)]
    return [ast.unparse(test) for test in tests if PLACES.search(ast.unparse(test))]


def test_the_app_does_the_same_wherever_it_runs():
    hold(lambda path: branches_on_place(tree_of(path)), shipped_python())


@pytest.mark.parametrize(
    "line",
    [
        "if local: x = 1",
        "x = 1 if 'localhost' in url else 2",
        "if os.environ.get('AZURE_FUNCTIONS_ENVIRONMENT') == 'Development': pass",
        "if settings.emulator: pass",
    ],
)
def test_a_branch_on_the_place_would_be_found(line: str):
    assert len(branches_on_place(ast.parse(line))) == 1


def unexplained(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if SUPPRESSION.search(line) and not WITH_REASON.search(line)]


def test_every_suppressed_rule_has_its_reason_on_the_line():
    hold(lambda path: unexplained(path.read_text()), [path for path in python_files() if path != Path(__file__)])


@pytest.mark.parametrize(
    "line", ["x = 1  # noqa", "x = 1  # noqa: S310", "x = 1  # noqa: S310 -", "x = 1  # type: ignore[arg-type]"]
)
def test_a_suppression_without_a_reason_would_be_found(line: str):
    assert unexplained(line) == [line]


def loaded_by_the_app(environment: dict[str, str]) -> dict[str, list[str]]:
    """Import the app in a process of its own; returns its functions and every module it loaded."""
    program = (
        "import sys, json, function_app as f;"
        "names = [one.get_function_name() for one in f.app.get_functions()];"
        "print(json.dumps({'functions': names, 'modules': sorted(sys.modules)}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


NONSENSE = {
    "MIGRATION_REPLICAS": "abc",
    "MIGRATION_REGIONS": "=;=",
    "MIGRATION_GALLERY": "no/gallery",
    "MIGRATION_POLL_INTERVAL": "soon",
    "ARM_ENDPOINT": "nowhere",
    "IDENTITY_ENDPOINT": "nowhere",
    "WEBSITE_AUTH_ENABLED": "perhaps",
}


@pytest.mark.parametrize("environment", [{}, NONSENSE], ids=["empty", "nonsense"])
def test_the_app_loads_in_any_environment_and_without_what_it_does_not_need_yet(environment: dict[str, str]):
    loaded = loaded_by_the_app({"PATH": os.environ["PATH"], **environment})
    assert "migrate_image" in loaded["functions"]
    heavy = [name for name in loaded["modules"] if name in HEAVY or name.startswith(tuple(f"{h}." for h in HEAVY))]
    assert heavy == []


def test_exactly_what_runs_is_shipped():
    kept_back = (ROOT / ".funcignore").read_text().split()
    at_the_root = {path.split("/")[0] for path in tracked_files()}
    assert at_the_root - set(kept_back) == SHIPPED
    assert set(kept_back) & SHIPPED == set()


def test_what_git_ignores_is_not_shipped_either():
    kept_back = set((ROOT / ".funcignore").read_text().split())
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split() if "*" not in line}
    assert ignored - kept_back == set()
    assert ".git" in kept_back


def test_funcignore_has_plain_names_only():
    """Wildcards, negation and folders within folders are not read reliably."""
    lines = (ROOT / ".funcignore").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+", line)] == []
    assert len(set(lines)) == len(lines)
