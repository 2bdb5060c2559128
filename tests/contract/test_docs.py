"""What README.md and docs/reference.md say exists, exists; and what exists, they say. The README is short."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import apprise
import pytest
from pydantic import TypeAdapter

from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.telling.receivers import Address
from tests.support.functions import bindings
from tests.support.samples import SOURCE
from tests.support.source import ROOT, hold, tracked_files
from triggers.api.listing import DEFAULT_PAGE, LARGEST_PAGE

README = (ROOT / "README.md").read_text()
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
SETTING_ROW = re.compile(r"^\| `(MIGRATION_\w+)` \| (?:`([^`]*)`)? *\|", re.MULTILINE)
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/api/[\w/{}-]+(?:\.json|\.js)?)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
MOST_WORDS = 1000
ANSWERED_ALIKE = {"HEAD"}  # as GET, without a body


def documented_settings() -> dict[str, str]:
    return dict(SETTING_ROW.findall(REFERENCE))


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
    if default is None or default in ([], {}):
        return ""
    if isinstance(default, list):
        return ",".join(default)
    return json.dumps(default) if isinstance(default, bool) else str(default)


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    in_code = re.findall(r"`([^`\n]+)`|^\$ (.+)$", README + REFERENCE + CONTRIBUTING, re.MULTILINE)
    named = {target for spans in in_code for span in spans for target in TARGET.findall(span)}
    assert named
    assert named - targets == set()


def test_every_route_is_in_the_reference():
    for method, path in sorted(routes()):
        lines = [line for line in REFERENCE.splitlines() if f"{path}`" in line and method in line]
        assert lines, f"{method} {path} is not in docs/reference.md"


def test_every_route_that_is_named_exists():
    assert CALL.findall(REFERENCE)
    assert set(CALL.findall(README + REFERENCE)) - routes() == set()


def test_the_readme_is_read_in_five_minutes():
    assert len(README.split()) <= MOST_WORDS, "what is looked up belongs into docs/reference.md"


def anchors(document: Path) -> set[str]:
    """What GitHub calls the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Path) -> Iterator[str]:
    for link in LINK.findall(document.read_text()):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if "://" not in link and not (target.exists() and (not anchor or anchor in anchors(target))):
            yield f"leads nowhere: {link}"


def test_every_link_of_a_document_leads_somewhere():
    hold(broken_links, [ROOT / path for path in tracked_files() if path.endswith(".md")])


def test_the_body_of_a_migration_is_one():
    (body,) = re.findall(r"^```json\n(.+?)^```", REFERENCE, re.MULTILINE | re.DOTALL)
    assert MigrationRequest.parse(json.loads(body)).image_definition == "ubuntu-web"


@pytest.mark.parametrize("field", ["targetRegions", "purchasePlan", "encryptionSets"])
def test_every_way_to_write_a_field_is_understood(field: str):
    (row,) = [line for line in REFERENCE.splitlines() if line.startswith(f"| `{field}` | `")]
    shapes = [code for code in re.findall(r"`([^`]+)`", row) if code[0] in '"[{']
    assert len(shapes) >= 3
    for shape in shapes:
        assert MigrationRequest.parse({"sourceImageId": SOURCE, field: json.loads(shape)})


def test_the_list_has_the_pages_that_are_told():
    assert f"gives {DEFAULT_PAGE} migrations, or as many as `top` says, at most {LARGEST_PAGE}" in REFERENCE


@pytest.mark.parametrize(("text", "time"), re.findall(r"`(P[T\d]+[A-Z])` (?:is )?(\w+ ?\w*)[.,]", REFERENCE))
def test_a_duration_means_what_is_told(text: str, time: str):
    numbers = {"thirty": 30, "twelve": 12, "two": 2}
    number, _, unit = time.partition(" ")
    told = timedelta(**{unit or "hours": numbers[number]})
    assert TypeAdapter(timedelta).validate_python(text) == told


@pytest.mark.parametrize("document", ["README.md", "docs/deployment.md", "docs/reference.md"])
def test_an_example_of_an_address_is_one_that_notifications_go_to(document: str):
    examples = re.findall(r"(?:[\w@.]+=mailtos|workflows)://[^\s'`]+", (ROOT / document).read_text())
    found = [Address.parse(example) for example in examples]
    assert {address.name for address in found} == {"ada@contoso.com", None}
    assert [address.url for address in found if not apprise.Apprise.instantiate(address.url)] == []
