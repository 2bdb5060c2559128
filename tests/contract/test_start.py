"""What importing the app does not do: a process that serves one call pays for what that call needs."""

import json
import subprocess
import sys

import pytest

from tests.support.source import ROOT

# By name, and by what is in them. The first call that needs one imports it.
LATE = (
    *("aiohttp", "apprise", "jinja2", "azure.core", "azure.data", "azure.identity", "azure.mgmt", "azure.monitor"),
    *("opentelemetry.sdk", "opentelemetry.exporter"),
)
SHOW = """
import json, sys
import function_app
from pydantic import BaseModel
def kinds(kind):
    return [kind, *(below for child in kind.__subclasses__() for below in kinds(child))]
built = [kind.__name__ for kind in kinds(BaseModel) if kind.__module__.split(".")[0] == "migration"
         and kind.__pydantic_complete__]
print(json.dumps([sorted(sys.modules), built]))
"""


@pytest.fixture(scope="module")
def imported():
    shown = subprocess.run([sys.executable, "-c", SHOW], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(shown.stdout)


@pytest.mark.parametrize("package", LATE)
def test_a_start_imports_nothing_that_only_some_calls_need(imported, package):
    modules, _ = imported
    assert [name for name in modules if name == package or name.startswith(f"{package}.")] == []


def test_a_start_builds_no_model_but_the_one_of_which_rules_have_constants(imported):
    """The first value of a model builds it. One that is made at import has every process build it."""
    _, built = imported
    assert built == ["Refusal"]
