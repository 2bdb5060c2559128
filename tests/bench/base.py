"""The state of the code that some figures stand beside, in a folder of its own, and what it needs that we do not."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASE = "d151fac"  # before there were records


@contextmanager
def checked_out(commit=BASE):
    """The folder, and the PYTHONPATH with which it runs in this environment: packages that are not here beside it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder, more = Path(temporary) / commit, Path(temporary) / "packages"
        _git("worktree", "add", "--detach", "--quiet", str(folder), commit)
        try:
            if missing := _missing(folder / "requirements.txt"):
                pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(more), *missing]
                subprocess.run(pip, check=True)
            yield folder, str(more)
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _missing(requirements):
    """The pins of packages that are not here at all: `name==number`. Those that are here are as it pins them."""
    pins = [line.split(";")[0].strip() for line in requirements.read_text().splitlines() if "==" in line]
    here = {pin: _here(pin.partition("==")[0]) for pin in pins}
    assert {pin for pin, found in here.items() if found} <= {f"{pin.partition('==')[0]}=={here[pin]}" for pin in pins}
    return [pin for pin, found in here.items() if found is None]


def _here(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _git(*arguments):
    subprocess.run(["git", "-C", str(ROOT), *arguments], check=True)


def environment(*more):
    """The environment of a process whose Python finds these folders, too."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(more)}
