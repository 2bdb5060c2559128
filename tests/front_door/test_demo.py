"""What `make demo` shows a new user, run as it is run."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_demo_migrates_an_image_and_reads_the_end_back_from_azure(tmp_path: Path):
    finished = subprocess.run(
        [sys.executable, "-m", "dev.demo"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    shown = finished.stdout
    assert finished.returncode == 0, shown + finished.stderr
    for phase in ("Planning", "Replicating", "AwaitingApproval", "Promoting", "DeletingSource", "Done"):
        assert f"s  {phase}" in shown
    assert "Soaking" not in shown, "nobody has asked for a soak"
    for region in ("eastus2", "westus2", "northeurope"):
        assert f"{region:<14} [{'#' * 32}] 100 %" in shown
    assert "Decide here: http://127.0.0.1:" in shown
    assert "source image    gone" in shown
    assert shown.count("Completed    100 %") == 3
    assert "ARM calls: 1 DELETE," in shown
    assert shown.rstrip().endswith("Within a minute, `make dev` shows the link to the page.")
