"""The app beside what Microsoft's how-to tells people to do with `az`, on the same emulated Azure."""

import json
import subprocess
import sys

from tests.bench import burst
from tests.bench.peers import how_to
from tests.bench.rows import Row
from tests.support.source import ROOT

ONE_BY_ONE, AT_ONCE = 5, 16
PEOPLE = 8
IN_THE_APP = 60
MOST_TIMES = 1 / 25


def rows():
    """The host's CPU is that of its process, which serves the emulated Azure as well: rather too much."""
    with how_to() as az:
        az.migrate(1)  # commands are cached when they are first run
        alone, seconds = (spent / ONE_BY_ONE for spent in az.migrate(ONE_BY_ONE))
        beside, faster = (spent / AT_ONCE for spent in az.migrate(AT_ONCE, PEOPLE))
        calls = az.calls_of_one()
    command = [sys.executable, burst.__file__, str(ROOT), str(IN_THE_APP)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    ours, time = (told["worker"] + told["host"]) / IN_THE_APP, told["seconds"] / IN_THE_APP
    yield Row("CPU of worker and host for an image", ours / alone, "`az`, one image after another", MOST_TIMES)
    yield Row("CPU of worker and host for an image", ours / beside, f"`az`, {PEOPLE} images at a time")
    yield Row(f"time for an image, {IN_THE_APP} at once", time / seconds, "`az`, one image after another")
    yield Row(f"time for an image, {IN_THE_APP} at once", time / faster, f"`az`, {PEOPLE} images at a time")
    yield Row("calls of Resource Manager by `az` for an image, polls counted once", calls)
