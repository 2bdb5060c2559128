"""Which tests run which lines of the subjects, how long each takes, and what is imported on the way."""

import json
import sys
import time
from collections import defaultdict
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.mutants.subjects import ROOT, SUBJECTS, TESTS

_TOOL = 4  # of the numbers that `sys.monitoring` leaves to whoever comes
_PATHS = {str(ROOT / path): path for path in SUBJECTS}
_NAMES = {path.removesuffix(".py").replace("/", "."): place for place, path in _PATHS.items()}


class _Loader(SourceFileLoader):
    """Has the lines of a subject told, and of nothing else: else Hypothesis would have all of them told ever anew."""

    def get_code(self, name: str) -> CodeType | None:
        code = super().get_code(name)
        if code is not None:
            _tell_lines(code)
        return code


def _tell_lines(code: CodeType) -> None:
    sys.monitoring.set_local_events(_TOOL, code, sys.monitoring.events.LINE)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            _tell_lines(inner)


class _Finder(MetaPathFinder):
    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        place = _NAMES.get(name)
        return spec_from_file_location(name, place, loader=_Loader(name, place)) if place else None


class Recorder:
    """A plugin of pytest: notes each line once a test."""

    def __init__(self) -> None:
        self.lines: dict[str, dict[int, set[str]]] = {path: defaultdict(set) for path in SUBJECTS}
        self.seconds: dict[str, float] = {}
        self._test = ""

    def _seen(self, code: CodeType, line: int) -> None:
        if self._test:
            self.lines[_PATHS[code.co_filename]][line].add(self._test)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what has to start the emulated Azure: it would be started for each mutant."""
        items[:] = [item for item in items if "session_emulator" not in getattr(item, "fixturenames", ())]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self._test, began = item.nodeid, time.perf_counter()
        result = yield
        self.seconds[item.nodeid] = time.perf_counter() - began
        self._test = ""
        return result

    def __enter__(self) -> "Recorder":
        sys.monitoring.use_tool_id(_TOOL, "mutants")
        sys.monitoring.register_callback(_TOOL, sys.monitoring.events.LINE, self._seen)
        sys.meta_path.insert(0, _Finder())
        return self

    def __exit__(self, *_: object) -> None:
        sys.monitoring.free_tool_id(_TOOL)


def main(place: str) -> int:
    """Run every fast test once and write the map; the tests have to pass without any mistake in the code."""
    with Recorder() as recorder:
        status = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *TESTS], plugins=[recorder])
    libraries = sorted(
        name
        for name, module in sys.modules.items()
        if "site-packages" in (getattr(module, "__file__", None) or "") and "rewrite" not in name
    )
    lines = {path: {line: sorted(tests) for line, tests in found.items()} for path, found in recorder.lines.items()}
    told = {"lines": lines, "seconds": recorder.seconds, "libraries": libraries}
    Path(place).write_text(json.dumps(told))
    return int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
