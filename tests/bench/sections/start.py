"""What a process pays before it serves anything: importing `function_app`, beside packages it cannot do without."""

import subprocess
import sys

from tests.bench.rows import Row, in_turns
from tests.support.source import ROOT

ROUNDS = 11
FLOOR = "import azure.functions, azure.durable_functions, pydantic"
USED = f"{FLOOR}; from pydantic import BaseModel, Field"
APP = "import function_app"
MOST_TIMES = 1.4
MOST_MORE_MB = 20.0
_TIME = "import time; began = time.process_time(); {}; print(time.process_time() - began)"
# The most that was resident since the process became Python: what `resource` tells begins with its parent's.
_MEMORY = "{}; print(int(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]) / 1024)"


def rows():
    """CPU and memory of a new process, bytecode cached as the first start leaves it."""
    bare, used, app = in_turns(lambda code: _told(_TIME, code), (FLOOR, USED, APP), ROUNDS)
    yield Row("CPU of importing the app", app / bare, "azure.functions, azure.durable_functions, pydantic", MOST_TIMES)
    yield Row("CPU of importing the app", app / used, "the same, and a model's base class, which pydantic loads late")
    lean, full = in_turns(lambda code: _told(_MEMORY, code), (FLOOR, APP), 3)
    yield Row("megabytes of the app over the same three packages", full - lean, bar=MOST_MORE_MB)


def _told(template, code):
    command = [sys.executable, "-c", template.format(code)]
    environment = {"PYTHONPYCACHEPREFIX": str(ROOT / ".dev" / "bytecode"), "PATH": ""}
    return float(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout)
