"""Run by the Azure CLI's own Python: each command in a fork of a process that has imported the CLI already.

Importing it is most of what a command costs. A line of input is a JSON list of arguments; a line of output is a JSON
list of exit code, standard output and standard error. What a command had to import, the next one need not.
"""

import contextlib
import importlib
import json
import os
import runpy
import signal
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

_TIMEOUT_SECONDS = 120
_IMPORTS = ("azure.cli.core", "azure.cli.command_modules.vm", "azure.mgmt")


def _run(arguments: list[str], imported: Path) -> None:
    """In the fork: be `az`, and leave the names of what it imported in a file."""
    signal.alarm(_TIMEOUT_SECONDS)
    sys.argv = ["az", *arguments]
    try:
        runpy.run_module("azure.cli", run_name="__main__", alter_sys=True)
    finally:
        imported.write_text("\n".join(sys.modules))
        sys.stdout.flush()
        sys.stderr.flush()


def _in_fork(arguments: list[str], folder: Path) -> tuple[int, str, str]:
    out, error, imported = (folder / name for name in ("out", "error", "imported"))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            for path, target in ((out, 1), (error, 2), (Path(os.devnull), 0)):
                os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), target)
            _run(arguments, imported)
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if imported.exists():  # it does not where the very first command was killed
        _import(imported.read_text().split())
    return code, out.read_text(), error.read_text()


def _import(names: Iterable[str]) -> None:
    for name in names:
        if name not in sys.modules and name.startswith("azure."):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def main() -> None:
    _import(_IMPORTS)
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            print(json.dumps(_in_fork(json.loads(line), Path(folder))), flush=True)


if __name__ == "__main__":
    main()
