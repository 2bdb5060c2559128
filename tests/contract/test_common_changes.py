"""What docs/architecture.md says of the changes that are made most often is done in a copy, and takes effect."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import ROOMS, ROOT

# File of the app -> text that stands there once, and what is put before it.
PLANTED = {
    # A new check before the delete: a row.
    "migration/promise/checks.py": (
        '    PromiseCheck(\n        "Nothing else that was looked for',
        '    PromiseCheck("It is backed up", True, (Part.IMAGE,), lambda _: Refusal(code="No", message="m")),\n',
    ),
    # A new setting: a field.
    "migration/asking/settings.py": (
        "    poll_interval: Wait",
        '    planted: Wait = Field(timedelta(0), description="planted")\n',
    ),
    # A new activity: what it takes and gives, its file, its line, and its place in the order.
    "migration/course/steps.py": (
        "ENSURE_GALLERY = ",
        'PLANT_TREE = Activity("plant_tree", StepInput, Answer)\n',
    ),
    "activities/blueprint.py": (
        "register(steps.ENSURE_GALLERY,",
        "from activities.plant_tree import plant_tree\n\nregister(steps.PLANT_TREE, plant_tree)\n",
    ),
    "orchestrators/phases.py": (
        "    yield from step(ctx, steps.ENSURE_GALLERY,",
        "    yield from step(ctx, steps.PLANT_TREE, own, cancel)\n",
    ),
}
ACTIVITY = '''"""Plants a tree."""

from activities.admitting import Turn
from migration.course.steps import StepInput


async def plant_tree(turn: Turn[StepInput]) -> None:
    await turn.move(lambda run: run.noted("a tree was planted"))
'''


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict[str, list[object]]:
    copy = tmp_path_factory.mktemp("changed")
    for room in [*ROOMS, "dev", "tests"]:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "function_app.py", copy)
    for name, (before, text) in PLANTED.items():
        plant(copy / name, before, text)
    plant(copy / "migration/course/steps.py", "    ENSURE_GALLERY,\n", "    PLANT_TREE,\n")
    (copy / "activities/plant_tree.py").write_text(ACTIVITY)
    command = [sys.executable, "-m", "tests.contract.planted"]
    ran = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def plant(path: Path, before: str, text: str) -> None:
    source = path.read_text()
    assert source.count(before) == 1, f"{path.name} has no one {before!r} any more"
    path.write_text(source.replace(before, text + before))


def test_a_new_check_keeps_the_source_and_is_among_what_is_audited(seen):
    assert seen["check"] == ["SourceKept", "No", 0, "It is backed up"]


def test_a_new_channel_is_told_by_its_address_alone(seen):
    assert seen["channel"] == ["Approve the migration of web?"]


def test_a_new_setting_is_read_typed_and_named_where_it_is_wrong(seen):
    assert seen["setting"] == [3600, True]


def test_a_new_activity_is_taken_in_its_place(seen):
    assert seen["activity"] == [1, ["a tree was planted"]]
