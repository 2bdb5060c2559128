"""What holds for all tests: the order of their files side by side, and what the garbage collector leaves alone."""

import gc

import pytest

from records.table import hand_in

_WAITING = ("tests/crash/", "tests/e2e/")  # a migration is mostly time that passes
# They fill the end, when long files still run elsewhere; the shorter of them come last.
_SHORT = ("tests/workflows/", "tests/unit/", "tests/planning/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files that wait evenly over the others; the tests of a file stay together, in their order."""
    files = list(dict.fromkeys(_file(item) for item in items))
    waiting = [file for file in files if file.startswith(_WAITING)]
    short = [file for folder in _SHORT for file in files if file.startswith(folder)]
    others = [file for file in files if file not in {*waiting, *short}]
    place = {file: place / len(group) for group in (waiting, others) for place, file in enumerate(group)}
    place.update({file: 1 + place for place, file in enumerate(short)})
    items.sort(key=lambda item: place[_file(item)])


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not look through thousands of tests again."""
    gc.freeze()


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


@pytest.fixture(autouse=True)
def records_where_they_belong():
    """Whatever table a test hands in for the records is that test's own."""
    yield
    hand_in(None)
