"""Families: names that differ by a number become versions of one definition."""

from time import process_time

import pytest
from pydantic import ValidationError

from migration.fleet.question.families import Family, definition_by


@pytest.mark.parametrize(
    ("pattern", "name", "definition"),
    [
        ("web-#", "web-20240101", "web"),
        ("web-#", "WEB-1", "web"),
        ("web-#", "web-", None),
        ("web-#", "my-web-1", None),
        ("web-#-base", "web-7-base", "web-base"),
        ("web_#", "web_7", "web"),
        ("#-web", "2024-web", "web"),
        ("{definition}-#", "ubuntu-22.04-20240101", "ubuntu-22.04"),
        ("{definition}-#-#-#", "web-2024-01-31", "web"),
        ("{definition}#", "web20240101", "web"),
        ("{definition}-#-*", "web-20240101-a1b2c3", "web"),
        ("{definition}-#", "web_blue-1", "web-blue"),
        ("{definition}-#", "web-latest", None),
        ("a.b-#", "axb-1", None),
    ],
)
def test_a_pattern_maps_a_name_to_its_definition(pattern, name, definition):
    assert Family(pattern=pattern).definition_for(name) == definition


def test_a_family_may_name_its_definition():
    assert Family(pattern="packer-#", definition="golden").definition_for("packer-12") == "golden"
    assert Family(pattern="#", definition="golden").definition_for("12") == "golden"


def test_the_first_family_counts():
    families = [Family(pattern="web-#"), Family(pattern="{definition}-#")]
    found = [definition_by(families, name) for name in ("web-1", "db-1", "db")]
    assert found == ["web", "db", None]


@pytest.mark.parametrize(
    "pattern",
    [
        "web",
        "",
        "web-(a|b)-#",
        "web-[0-9]-#",
        "web-##",
        "#*",
        "{definition}*-#",
        "a#b#c#d#",
        "a*b*",
        r"web-\d",
        "web #",
        "#",
    ],
)
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(ValidationError):
        Family(pattern=pattern)


def test_a_definition_is_named_in_one_way():
    with pytest.raises(ValidationError, match="one of them"):
        Family(pattern="{definition}-#", definition="web")


@pytest.mark.parametrize("name", ["a" * 80, "1" * 80, "a1" * 40, "a-1" * 26, "-" * 80])
@pytest.mark.parametrize(
    "pattern", ["{definition}a*a#a#a#b", "{definition}1*1#1", "*a{definition}a#-#-#-", "{definition}-*-#"]
)
def test_no_name_keeps_a_pattern_busy(pattern, name):
    family, began = Family(pattern=pattern), process_time()
    family.definition_for(name)
    assert process_time() - began < 0.5
