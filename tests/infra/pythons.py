"""The Pythons that azd may find for its hooks: its users', not ours."""

import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 9)  # what a Mac's developer tools bring
NEWEST = (3, 14)


def pythons() -> list[str]:
    """Every one of these on this machine: ours, those on the path, and those that pyenv keeps."""
    names = [f"3.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)]
    kept = [str(one) for name in names for one in Path.home().glob(f".pyenv/versions/{name}.*/bin/python")]
    on_path = [path for name in names if (path := shutil.which(f"python{name}"))]
    return sorted({sys.executable} | {found for program in [*kept, *on_path] if (found := _itself(program))})


def _itself(program: str) -> str:
    """Where it really is; nothing for a name that runs nothing."""
    command = [program, "-c", "import sys; print(sys.executable)"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
