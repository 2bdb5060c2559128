"""COVERAGE.md says what the code does, and what it claims to be checked against is there."""

import pytest

from dev.emulator.coverage import CHECKED, CHECKS, FILE, document, routes, short_path
from tests.emulator.definitions import operations

ROUTES = list(routes())


def described(route):
    """The operations of the definitions that this route answers."""
    path = route.template
    for name in ("scope*", "subscriptionId", "resourceGroup"):
        path = path.replace(f"{{{name}}}", "x")
    path = path.replace("{", "").replace("}", "").replace("*", "")
    return [
        operation
        for operation in operations()
        if operation.method == route.method and operation.pattern.fullmatch(path)
    ]


def test_the_file_is_up_to_date():
    assert FILE.read_text() == document(), "run `python -m dev.emulator.coverage`"


def test_every_route_is_in_the_table_and_nothing_else():
    listed = {(method, path) for path, methods in CHECKED.items() for method in methods}
    assert listed == {(route.method, short_path(route)) for route in ROUTES}
    assert {letter for methods in CHECKED.values() for checks in methods.values() for letter in checks} == set(CHECKS)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {short_path(route)}")
def test_a_definition_or_an_example_is_claimed_where_there_is_one(route):
    checks = CHECKED[short_path(route)][route.method]
    found = described(route)
    assert ("D" in checks) == bool(found)
    assert ("E" in checks) == any(True for operation in found for _ in operation.examples())
