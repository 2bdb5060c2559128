"""The how-to of Microsoft's documentation with the real `az`: a definition, a version that is waited for, the delete.

Each command is a process of its own, as whoever types them, or a script, starts it.
"""

import itertools
import os
import resource
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from dev.emulator import running_emulator
from dev.emulator.seed import GALLERIES_GROUP, managed_image
from tests.bench.burst import SPEED
from tests.support.source import ROOT

PROGRAM = ROOT / ".az-venv" / "bin" / "az"
GROUP = GALLERIES_GROUP.rpartition("/")[2]
GALLERY = "how_to"


class HowTo:
    """An emulated Azure with a gallery, and `az` logged in to it."""

    def __init__(self, emulator, directory):
        self._emulator = emulator
        self._numbers = itertools.count()
        said = {"AZURE_CONFIG_DIR": directory, "AZURE_CORE_COLLECT_TELEMETRY": "no", "AZURE_CORE_NO_COLOR": "yes"}
        self._environment = {**os.environ, **emulator.environment, **said}
        self._az("cloud", "register", "--name", "Emulated", "--endpoint-resource-manager", emulator.url)
        self._az("cloud", "set", "--name", "Emulated")
        self._az("login", "--identity")
        self._az("sig", "create", "--resource-group", GROUP, "--gallery-name", GALLERY)

    def migrate(self, count, at_a_time=1):
        """Migrate so many images; gives back the CPU of all commands and the time, in seconds."""
        named = [managed_image(f"how-to-{next(self._numbers)}") for _ in range(count)]
        images = [self._emulator.control.put_resource(one)["id"] for one in named]
        began = _cpu_of_children(), time.perf_counter()
        with ThreadPoolExecutor(at_a_time) as people:
            list(people.map(self._one, images))
        assert not [one for one in images if self._emulator.control.resource(one)]
        return _cpu_of_children() - began[0], time.perf_counter() - began[1]

    def calls_of_one(self):
        """How many calls of Resource Manager one image takes, without what is asked again while it is waited."""
        before = len(self._emulator.control.calls())
        self.migrate(1)
        return len({(call["method"], call["path"]) for call in self._emulator.control.calls()[before:]})

    def _one(self, image):
        name = image.rpartition("/")[2]
        into = ("--resource-group", GROUP, "--gallery-name", GALLERY, "--gallery-image-definition", name)
        what = ("--publisher", "contoso", "--offer", "how-to", "--sku", name, "--os-type", "Linux")
        kind = ("--os-state", "generalized", "--hyper-v-generation", "V1")
        self._az("sig", "image-definition", "create", *into, *what, *kind)
        self._az("sig", "image-version", "create", *into, "--gallery-image-version", "1.0.0", "--managed-image", image)
        self._az("image", "delete", "--ids", image)

    def _az(self, *words):
        command = [PROGRAM, *words, "--output", "none"]
        ended = subprocess.run(command, check=False, env=self._environment, capture_output=True, text=True)
        assert ended.returncode == 0, f"az {' '.join(words)}: {ended.stderr}"


def _cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def how_to():
    with running_emulator(speed=SPEED) as emulator, tempfile.TemporaryDirectory() as directory:
        yield HowTo(emulator, directory)
