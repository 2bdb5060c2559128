"""Runs the tests of one mutant in a process of its own, which is forked from one that has imported the libraries, and
nothing of the app.
"""

import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.mutants.mutations import Mutant
from tests.mutants.subjects import ROOT

_NO_TESTS, _FAILED = 5, 1


class _Mutated(SourceFileLoader):
    """Loads a module from another text than that of its file."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, _name: str) -> CodeType:
        return compile(self._text, self.path, "exec", dont_inherit=True)


class _Finder:
    """Finds the one module that is mutated."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = mutant.path.removesuffix(".py").replace("/", ".")
        self._path, self._text = str(ROOT / mutant.path), mutant.text

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=_Mutated(name, self._path, self._text))


class _Only:
    """A plugin of pytest: runs these tests and no others, in this order."""

    def __init__(self, tests: Iterable[str]) -> None:
        self._place = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._place), key=lambda one: self._place[one.nodeid]
        )


def import_libraries(names: Iterable[str]) -> None:
    """Import what tests import of others; what cannot be imported by itself is left to the tests."""
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)


def outcome_of(mutant: Mutant, tests: list[str], patience_seconds: float) -> str:
    """Return `killed`, `survived`, or `too slow` for one that does not come to an end, which a test would notice."""
    if not tests:
        return "survived"
    child = os.fork()
    if child == 0:
        _end_with(lambda: _status_of(mutant, tests))
    status = _waited_for(child, time.monotonic() + patience_seconds)
    if status is None:
        return "too slow"
    return "survived" if status in {0, _NO_TESTS} else "killed"


def _waited_for(child: int, until: float) -> int | None:
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _end_with(status: Callable[[], int]) -> None:
    """End this process, whatever it has started, without what its parent would do at its end."""
    os.setpgid(0, 0)
    code = _FAILED
    try:
        code = status()
    finally:
        os._exit(code)


def _status_of(mutant: Mutant, tests: list[str]) -> int:
    finder: Any = _Finder(mutant)
    sys.meta_path.insert(0, finder)
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    ways = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0"]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        return int(pytest.main([*ways, *files], plugins=[_Only(tests)]))
