"""What several folders of tests need lives in `tests/support`: none borrows from another, and no test from a test."""

from collections.abc import Iterator
from pathlib import Path

from tests.support.source import ROOT, hold, imports_of, python_files, tree_of

TESTS = ROOT / "tests"
# (who, what): why
ALLOWED = {
    ("tests/support/documents.py", "tests.emulator.contract"): "the models of the SDKs live beside their facts",
    ("tests/contract/test_screenshot.py", "tests.browser.sample_page"): "`make screenshot` takes it",
    ("tests/contract/test_screenshot.py", "tests.browser.screenshot"): "`make screenshot` runs it",
}


def own_files() -> list[Path]:
    return [path for path in python_files("tests") if path.parent != TESTS]


def borrowed(path: Path) -> Iterator[str]:
    own = path.relative_to(TESTS).parts[0]
    for found in imports_of(tree_of(path)):
        root, _, rest = found.module.partition(".")
        if root != "tests" or (str(path.relative_to(ROOT)), found.module) in ALLOWED:
            continue
        if rest.split(".")[0] not in {own, "support"}:
            yield f"borrows {found.module}; what two folders need lives in tests/support"
        if found.module.rpartition(".")[2].startswith(("test_", "conftest")):
            yield f"takes from {found.module}; what two files need is in a module of its own"


def test_no_folder_of_tests_borrows_from_another_and_no_test_from_a_test():
    hold(borrowed, own_files())


def test_what_is_allowed_is_still_done():
    done = {(str(path.relative_to(ROOT)), found.module) for path in own_files() for found in imports_of(tree_of(path))}
    assert done >= ALLOWED.keys()
