"""Who may import whom. The table is the architecture; CONTRIBUTING.md shows it to people."""

import ast
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.contract.source import ROOMS, Import, imports_of, named, python_files, room_of, shipped_python, tree_of


class MayImport(NamedTuple):
    """What a room may import besides the standard library and itself; `lazy` only inside a function."""

    rooms: set[str] = set()
    libraries: set[str] = set()
    lazy: set[str] = set()


TABLE = {
    "function_app.py": MayImport(
        {"activities", "orchestrators", "triggers"}, {"azure.functions", "azure.durable_functions"}
    ),
    "migration": MayImport(libraries={"pydantic", "pydantic_settings"}),
    "orchestrators": MayImport({"migration"}, {"durabletask", "azure.durable_functions"}),
    "activities": MayImport(
        {"migration", "arm", "hub", "records", "steering", "telemetry"}, {"azure.durable_functions"}, lazy={"apprise"}
    ),
    "triggers": MayImport(
        {"migration", "arm", "hub", "records", "steering", "telemetry", "web"},
        {"azure.functions", "azure.durable_functions"},
    ),
    "steering": MayImport({"migration", "arm", "hub", "records", "telemetry"}),
    "hub": MayImport({"migration"}, {"azure.durable_functions", "grpc", "durabletask.client"}),
    "records": MayImport({"migration", "arm"}, {"azure.core", "pydantic"}, lazy={"azure.data.tables"}),
    "arm": MayImport(
        {"migration", "telemetry"},
        {"azure.core", "aiohttp"},
        lazy={"azure.identity", "azure.mgmt.core.policies", "azure.mgmt.compute"},
    ),
    "telemetry": MayImport({"migration"}, {"opentelemetry"}, lazy={"azure.monitor"}),
    "web": MayImport(libraries={"markupsafe"}, lazy={"jinja2"}),
}

# What decides must not read the environment, or draw lots, behind an orchestrator's back.
NOT_FOR_ORCHESTRATORS = {"migration.asking.settings", "migration.approval.link"}

# What writes through `arm` are activities; triggers and what they have in common with them only read.
ARM_READS = {"get_", "list_", "find_", "draw_up_plan", "gather_evidence", "is_gone", "Arm", "Recent"}

# What of `records` others may use, by room: only `steering` changes a record, by compare-and-swap.
RECORDS_USED = {
    "activities": {"Held", "hold", "look_again", "run_of_number"},
    "steering": {
        *("Held", "hold", "change", "all_answered", "unfinished", "earlier_answer_of", "keep"),
        *("note", "forget", "every", "Filter", "Row"),
        *("Pause", "read_pause", "write_pause", "keep_wish", "kept_wishes", "forget_wish"),
        *("RecordsUnavailableError", "RecordUnreadableError"),
    },
    "triggers": {
        *("Held", "load", "hold", "look_again", "runs_before", "earlier_runs", "KEPT_IN_FULL", "take"),
        *("page", "every", "Filter", "Row"),
        *("RecordsMissingError", "RecordsUnavailableError"),
    },
}
# The moves of a record, by who makes them: the steps of a run, or whoever steers it. Triggers make none.
MOVES = {
    "activities": {
        *("begun", "advanced", "ended", "finished", "opened", "reminded", "linked", "told", "answer_refused"),
        *("expired", "sending", "taken", "given_back", "concluded"),
    },
    "steering": {"admitted", "seen_live", "seen_missing", "asked_anew", "decided", "cancelled"},
    "triggers": set(),
}


def within(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def breach(room: str, found: Import) -> str | None:
    """Why this room may not import that, or None."""
    allowed = TABLE[room]
    top = found.module.split(".")[0]
    if top in sys.stdlib_module_names or top == room:
        return None
    if top in ROOMS:
        return None if top in allowed.rooms else f"{room} imports {top}"
    if within(found.module, allowed.libraries):
        return None
    modules = [found.module, *(f"{found.module}.{name}" for name in found.names)]
    if any(within(module, allowed.lazy) for module in modules):
        lazy = found.is_lazy or found.is_for_types
        return None if lazy else f"{room} imports {found.module} outside a function"
    return f"{room} imports {found.module}"


@pytest.mark.parametrize("path", shipped_python(), ids=named)
def test_a_room_imports_only_what_the_table_allows(path: Path):
    assert [why for found in imports_of(tree_of(path)) if (why := breach(room_of(path), found))] == []


def test_the_table_has_every_room():
    assert TABLE.keys() == {*ROOMS, "function_app.py"}
    assert {room_of(path) for path in shipped_python()} == TABLE.keys()


@pytest.mark.parametrize(
    ("room", "line", "allowed"),
    [
        ("migration", "import pydantic", True),
        ("migration", "import json, datetime", True),
        ("migration", "import azure.functions", False),
        ("migration", "from arm.images import get_image", False),
        ("orchestrators", "from durabletask.task import when_any", True),
        ("orchestrators", "from activities.plan_migration import plan_migration", False),
        ("orchestrators", "def f():\n    from arm import client", False),
        ("activities", "import apprise", False),
        ("activities", "def f():\n    import apprise", True),
        ("activities", "from azure.mgmt.compute import models", False),
        ("triggers", "from durabletask.client import OrchestrationQuery", False),
        ("hub", "from durabletask.client import OrchestrationStatus", True),
        ("hub", "from records.store import hold", False),
        ("triggers", "from durabletask.task import when_any", False),
        ("triggers", "from activities import admitting", False),
        ("arm", "from azure.mgmt.compute.aio import ComputeManagementClient", False),
        ("arm", "def f():\n    from azure.mgmt import compute", True),
        ("records", "def f():\n    from azure.data.tables.aio import TableClient", True),
        ("records", "from azure.data.tables.aio import TableClient", False),
        ("triggers", "def f():\n    from azure.data.tables.aio import TableClient", False),
        ("activities", "from steering.changing import change_run", True),
        ("triggers", "from steering.beginning import begin", True),
        ("steering", "from records.store import change", True),
        ("steering", "import azure.functions", False),
        ("steering", "from azure.core import MatchConditions", False),
        ("steering", "from triggers.finding import migrations", False),
        ("steering", "from activities.admitting import Turn", False),
        ("orchestrators", "from steering.beginning import begin", False),
        ("migration", "import itsdangerous", False),
        ("orchestrators", "from records.store import load", False),
        ("migration", "from records.store import load", False),
        ("telemetry", "from records.index import every", False),
        ("web", "from dev.emulator import running_emulator", False),
        ("arm", "from tests.unit import samples", False),
    ],
)
def test_the_scan_tells_allowed_from_forbidden(room: str, line: str, allowed: bool):
    (found, *_) = imports_of(ast.parse(line))
    assert (breach(room, found) is None) == allowed


@pytest.mark.parametrize("path", python_files("triggers", "steering"), ids=named)
def test_triggers_and_what_they_share_only_read_azure(path: Path):
    taken = [name for found in imports_of(tree_of(path)) if found.module.startswith("arm") for name in found.names]
    assert [name for name in taken if not name.startswith(tuple(ARM_READS))] == []


@pytest.mark.parametrize("path", python_files(*RECORDS_USED), ids=named)
def test_records_are_changed_by_compare_and_swap_alone(path: Path):
    taken = {name for found in imports_of(tree_of(path)) if found.module.startswith("records") for name in found.names}
    assert taken - RECORDS_USED[room_of(path)] == set()


def test_what_others_may_use_of_records_is_used():
    used: dict[str, set[str]] = {room: set() for room in RECORDS_USED}
    for path in python_files(*RECORDS_USED):
        for found in imports_of(tree_of(path)):
            used[room_of(path)] |= set(found.names) if found.module.startswith("records") else set()
    assert used == RECORDS_USED


def test_each_move_of_a_record_is_made_by_a_step_or_by_whoever_steers():
    made: dict[str, set[str]] = {room: set() for room in MOVES}
    for path in python_files(*MOVES):
        for found in imports_of(tree_of(path)):
            made[room_of(path)] |= set(found.names) & set().union(*MOVES.values()) if _is_of_record(found) else set()
    assert made == MOVES


def _is_of_record(found: Import) -> bool:
    return found.module.startswith("migration.record.")


def test_every_change_of_a_record_goes_one_way():
    """Its row in the list, its kept runs and its log line follow there; what is forgotten has none of them."""
    assert _importing("records.store", "change") == ["steering/changing.py", "steering/forgetting.py"]


def test_a_source_is_deleted_in_one_place():
    """The DELETE, and the swap that must come before it."""
    assert _importing("arm.images", "start_delete") == ["activities/delete_source_image.py"]
    assert _importing("migration.record.deletion", "sending") == ["activities/delete_source_image.py"]


def _importing(module: str, name: str) -> list[str]:
    everywhere = ((path, found) for path in shipped_python() for found in imports_of(tree_of(path)))
    return [named(path) for path, found in everywhere if found.module == module and name in found.names]


@pytest.mark.parametrize("path", python_files("orchestrators"), ids=named)
def test_orchestrators_get_settings_and_keys_from_nowhere(path: Path):
    assert [found.module for found in imports_of(tree_of(path)) if found.module in NOT_FOR_ORCHESTRATORS] == []
