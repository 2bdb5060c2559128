"""`.importlinter` declares the floors of the house, and finds each import that goes up, however it is spelt."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.support.source import ROOMS, ROOT

FLOORS = ROOT / ".importlinter"
LINTER = Path(sys.executable).with_name("lint-imports")

# Module, import, the contract that it breaks.
PLANTED = [
    ("migration/record/admitting.py", "from arm.resources import images", "app"),
    ("orchestrators/calling.py", "from arm.resources import images", "orchestrators"),
    ("arm/resources/galleries.py", "import steering.runs.beginning", "app"),
    ("telemetry/tracing.py", "def f():\n    from arm.transport import client", "app"),
    ("migration/values/ids.py", "from migration.plan import planning", "migration"),
    ("triggers/answering/identity.py", "from triggers.finding import hub", "triggers"),
    ("arm/transport/reading.py", "from arm.resources import images", "arm"),
    ("steering/gathering/planning.py", "from steering.runs import changing", "steering"),
    ("records/errors.py", "from records import store", "circles"),
    ("steering/runs/changing.py", "from dev.emulator import running_emulator", "shipped"),
    ("web/pages.py", "def f():\n    from tests.unit import samples", "shipped"),
    ("orchestrators/phases.py", "from migration.asking import settings", "orchestrators"),
    ("orchestrators/tell_people.py", "from migration.asking.platform import platform", "orchestrators"),
    ("orchestrators/migrate_image.py", "from migration.approval.link import new_token", "orchestrators"),
    ("migration/names.py", "from azure import functions", "pure"),
    ("steering/runs/deciding.py", "import azure.functions", "azure"),
    ("triggers/api/decisions.py", "from migration.record import deletion", "moves"),
    ("steering/gathering/judging.py", "def f():\n    from migration.asking.reading import settings", "settings"),
    ("steering/upkeep/sweeping.py", "from web import pages", "pages"),
    ("records/table.py", "from telemetry.tracing import tracer", "records"),
    ("dev/emulator/server.py", "from migration import names", "stand-ins"),
    ("dev/host/running/__init__.py", "from dev.emulator.world import system_data", "two-stand-ins"),
]


def contracts() -> dict[str, dict[str, list[str]]]:
    """Each contract by its name in the file: its options, as lists of lines."""
    read = ConfigParser()
    read.read_string(FLOORS.read_text())
    return {
        section.rpartition(":")[2]: {option: value.split("\n") for option, value in read[section].items()}
        for section in read.sections()
    }


def lint(house: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    only = ["--contract", contract] if contract else []
    return subprocess.run([LINTER, "--no-cache", *only], cwd=house, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that the contracts are about."""
    copy = tmp_path_factory.mktemp("house")
    for room in contracts()["importlinter"]["root_packages"][1:]:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(FLOORS, copy)
    return copy


def test_the_house_stands_on_its_floors(house: Path):
    answer = lint(house)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(("module", "line", "contract"), PLANTED)
def test_an_import_that_breaks_a_contract_is_found(house: Path, module: str, line: str, contract: str):
    planted = house / module
    text = planted.read_text()
    try:
        planted.write_text(f"{text}\n{line}\n")
        answer = lint(house, contract)
    finally:
        planted.write_text(text)
    assert (answer.returncode, "1 broken" in answer.stdout) == (1, True), answer.stdout + answer.stderr


def test_every_contract_has_an_import_that_would_break_it():
    assert {contract for _, _, contract in PLANTED} == contracts().keys() - {"importlinter"}


def test_no_room_is_left_out():
    """A room that no contract names may import whatever it likes."""
    named = contracts()
    on_floors = {room.strip() for floor in named["app"]["layers"] for room in floor.split("|") if room.strip()}
    assert on_floors == set(ROOMS)
    assert set(ROOMS) <= set(named["importlinter"]["root_packages"])
    assert set(named["circles"]["ancestors"]) == set(named["importlinter"]["root_packages"])
    assert {"", *ROOMS} == set(named["shipped"]["source_modules"])
