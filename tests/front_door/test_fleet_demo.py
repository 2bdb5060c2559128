"""What `make fleet-demo` shows, run as it is run: with few images."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_demo_of_a_fleet_ends_with_a_line_that_sums_it_up(tmp_path: Path):
    finished = subprocess.run(
        [sys.executable, "-m", "dev.fleet_demo", "8", "--cap", "3"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    last = finished.stdout.splitlines()[-1]
    assert re.fullmatch(
        r"8 images in \d+ s: 8 Migrated, 8 versions, 0 sources left, [1-3] made at once at most \(cap 3\),"
        r" \d+ ARM calls, 0 of them answered 429",
        last,
    ), last
    assert "over, " in finished.stdout
