"""Which room of the app the CPU of the worker goes to: the innermost frame of ours on the stack, libraries below it."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.bench.base import ROOT, environment
from tests.bench.rows import Row

IMAGES = 60
LEAST = 0.02  # what is less is told together


def rows():
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "samples"
        command = [sys.executable, str(ROOT / "tests/bench/burst.py"), str(ROOT), str(IMAGES)]
        known = environment(str(ROOT / "tests/bench/sampling")) | {"BENCH_SAMPLES": str(samples)}
        subprocess.run(command, env=known, cwd=ROOT, check=True, capture_output=True)
        taken = json.loads(samples.read_text())
    spent = Counter()
    for seconds, stack in taken:
        spent[_room(stack)] += seconds
    shares = {room: seconds / spent.total() for room, seconds in spent.most_common()}
    for room, share in shares.items():
        if share >= LEAST:
            yield Row(f"CPU of the worker: {room}", share, "all of it")
    yield Row("CPU of the worker: other rooms", sum(one for one in shares.values() if one < LEAST), "all of it")


def _room(stack):
    own = [frame for frame in stack if frame.startswith(f"{ROOT}/") and "/site-packages/" not in frame]
    found = next((frame.removeprefix(f"{ROOT}/").split("/")[0] for frame in own), None)
    return {None: "worker library and its threads", "dev": "worker process and its event loop"}.get(found, f"{found}/")
