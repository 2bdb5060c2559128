"""150 images at once, from POST to Migrated, each delete approved: beside the app as it was before it had records."""

import json
import subprocess
import sys
from functools import partial
from statistics import median

from tests.bench.base import BASE, ROOT, checked_out, environment
from tests.bench.rows import Row

IMAGES = 150
ROUNDS = 3
BARS = {"worker": 1.2, "seconds": 1.3, "host": None}
TOLD = {
    "worker": "CPU of the worker per migration",
    "seconds": f"time for {IMAGES} at once",
    "host": "CPU of host and emulated Azure per migration",
}


def rows():
    with checked_out() as (folder, more):
        states = [partial(_burst, ROOT, ""), partial(_burst, folder, more)]
        taken = [[measure() for measure in states] for _ in range(ROUNDS)]
    for name, told in TOLD.items():
        here, there = (median(one[name] for one in state) for state in zip(*taken, strict=True))
        yield Row(told, here / there, BASE, BARS[name])


def _burst(folder, more):
    command = [sys.executable, str(ROOT / "tests/bench/burst.py"), str(folder), str(IMAGES)]
    run = subprocess.run(command, env=environment(more), cwd=folder, check=True, capture_output=True, text=True)
    return json.loads(run.stdout)
