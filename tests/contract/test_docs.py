"""What README.md says exists, exists; and what exists, it says."""

import json
import re
from typing import Any

from migration.asking.settings import Settings
from tests.contract.app import bindings
from tests.contract.source import ROOT

README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
SETTING_ROW = re.compile(r"^\| `(MIGRATION_\w+)` \| (?:`([^`]*)`)? *\|", re.MULTILINE)
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/api/[\w/{}-]+(?:\.json)?)")
ANSWERED_ALIKE = {"HEAD"}  # as GET, without a body


def documented_settings() -> dict[str, str]:
    return dict(SETTING_ROW.findall(README))


def routes() -> set[tuple[str, str]]:
    triggers = bindings("httpTrigger").values()
    found = {(method.value, f"/api/{trigger.route}") for trigger in triggers for method in trigger.methods}
    return {(method, path) for method, path in found if method not in ANSWERED_ALIKE}


def test_the_table_of_settings_has_every_setting_and_no_other():
    assert set(documented_settings()) == {f"MIGRATION_{name.upper()}" for name in Settings.model_fields}


def test_the_table_of_settings_has_the_defaults():
    defaults = Settings.model_construct().model_dump(mode="json")
    assert documented_settings() == {f"MIGRATION_{name.upper()}": in_a_cell(value) for name, value in defaults.items()}


def in_a_cell(default: Any) -> str:
    """How the table shows a default: none is an empty cell."""
    if default is None or default == []:
        return ""
    return json.dumps(default) if isinstance(default, bool) else str(default)


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    in_code = re.findall(r"`([^`\n]+)`|^\$ (.+)$", README + CONTRIBUTING, re.MULTILINE)
    named = {target for spans in in_code for span in spans for target in TARGET.findall(span)}
    assert named
    assert named - targets == set()


def test_every_route_is_in_the_readme():
    for method, path in sorted(routes()):
        lines = [line for line in README.splitlines() if f"{path}`" in line and method in line]
        assert lines, f"{method} {path} is not in README.md"


def test_every_route_in_the_readme_exists():
    assert CALL.findall(README)
    assert set(CALL.findall(README)) - routes() == set()
