"""The real Azure CLI as a parser: what it would not take of commands that people are told to type."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.support.templates import ROOT

PYTHON = ROOT / ".az-venv" / "bin" / "python"
IMAGE = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/g/providers/Microsoft.Compute/images/web"


def complaints(commands: Iterable[list[str]], folder: Path) -> dict[str, str]:
    """What the parser says against each of these (words without `az`), by the command; nothing is run.

    A word for an id becomes one: the parser takes ids apart.
    """
    asked = [[IMAGE if word in {"ID", "IMAGE_ID"} else word for word in words] for words in commands]
    done = subprocess.run(
        [PYTHON, Path(__file__).with_name("az_parser.py")],
        input=json.dumps(asked),
        env={"AZURE_CONFIG_DIR": str(folder), "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert len(answers) == len(asked)
    return {" ".join(words): said for words, said in zip(asked, answers, strict=True) if said}
