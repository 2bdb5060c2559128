"""COVERAGE.md says what the code does, and what it claims to be checked against is there."""

from dev.emulator.checked import CHECKED, CHECKS
from dev.emulator.coverage import FILE, document, routes, short_path
from tests.emulator.sdk.operations import operation_of

ROUTES = list(routes())
_IN_A_PATH = {"/{scope*}": "/subscriptions/x/resourceGroups/x", "{subscriptionId}": "x", "{resourceGroup}": "x"}


def named(route):
    return f"{route.method} {short_path(route)}"


def described(route):
    """The operation of an SDK that this route answers, or None."""
    path = route.template
    for name, value in _IN_A_PATH.items():
        path = path.replace(name, value)
    return operation_of(route.method, path.replace("{", "").replace("}", ""))


def test_the_file_is_up_to_date():
    assert FILE.read_text() == document(), "run `python -m dev.emulator.coverage`"


def test_every_route_is_in_the_table_and_nothing_else():
    listed = {(method, path) for path, methods in CHECKED.items() for method in methods}
    assert listed == {(route.method, short_path(route)) for route in ROUTES}
    assert {letter for methods in CHECKED.values() for checks in methods.values() for letter in checks} == set(CHECKS)


def test_a_model_is_claimed_where_an_sdk_has_one():
    claimed = {named(route): "M" in CHECKED[short_path(route)][route.method] for route in ROUTES}
    assert claimed == {named(route): bool(described(route)) for route in ROUTES}


def test_the_api_version_of_the_sdk_is_answered():
    operations = [(route, operation) for route in ROUTES if (operation := described(route))]
    assert operations
    assert [named(route) for route, operation in operations if not route.accepts(operation.api_version)] == []
