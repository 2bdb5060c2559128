"""What `.importlinter` cannot say of imports: which parts of a library, and late; which functions of a room.

CONTRIBUTING.md shows both to people.
"""

import ast
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from dev.picture.source import modules
from tests.support.source import ROOMS, Import, hold, imports_of, named, python_files, room_of, shipped_python, tree_of


class MayImport(NamedTuple):
    """The libraries a room may import besides the standard one; `lazy` only inside a function."""

    libraries: set[str] = set()
    lazy: set[str] = set()


TABLE = {
    "function_app.py": MayImport(
        {
            *("activities", "orchestrators", "triggers", "azure.functions", "azure.durable_functions"),
            *("arm.transport.cloud", "migration.asking.reading"),  # by which settings Azure is called
        }
    ),
    "migration": MayImport({"pydantic", "pydantic_settings"}),
    "orchestrators": MayImport({"durabletask", "azure.durable_functions"}),
    "activities": MayImport({"azure.durable_functions"}),
    "notifying": MayImport(lazy={"apprise"}),
    "triggers": MayImport({"azure.functions", "azure.durable_functions"}),
    "steering": MayImport(),
    "hub": MayImport({"azure.durable_functions", "grpc", "durabletask.client"}),
    "records": MayImport({"azure.core", "pydantic"}, lazy={"azure.data.tables"}),
    "arm": MayImport(
        {"azure.core", "aiohttp"}, lazy={"azure.identity", "azure.mgmt.core.policies", "azure.mgmt.compute"}
    ),
    "telemetry": MayImport({"opentelemetry"}, lazy={"azure.monitor"}),
    "web": MayImport({"markupsafe"}, lazy={"jinja2"}),
}

# Rooms whose functions are told apart here.
TOLD_APART = {"arm", "records", "migration.record"}

# What writes through `arm` are activities; triggers and what they have in common with them only read.
ARM_READS = {"get_", "list_", "find_", "is_gone", "Arm", "Recent"}

# What of `records` others may use, by room: only `steering` changes a record, by compare-and-swap.
RECORDS_USED = {
    "activities": {"Held", "hold", "look_again"},
    "steering": {
        *("Held", "hold", "change", "all_answered", "unfinished", "earlier_answer_of", "keep"),
        *("note", "forget", "every", "Filter", "Row", "run_of_number"),
        *("members_of", "change_member", "change_members", "HeldFleet", "hold_fleet", "write_fleet", "change_fleet"),
        *("forget_members", "forget_told", "forget_fleet"),
        *("every_fleet", "runs_before", "ChangedMeanwhileError"),
        *("HeldTold", "hold_told", "change_told", "write_link", "find_link"),
        *("Viewing", "find_viewing", "write_viewing", "forget_viewings"),
        *("load", "HeldPlaces", "read_places", "swap_places", "read_queue", "line_up", "leave_line"),
        *("Pause", "read_pause", "write_pause", "keep_wish", "kept_wishes", "forget_wish"),
        *("RecordsMissingError", "RecordsUnavailableError", "RecordUnreadableError", "try_out"),
    },
    "triggers": {
        *("Held", "load", "hold", "look_again", "runs_before", "earlier_runs", "KEPT_IN_FULL", "take", "is_time"),
        *("page", "every", "Filter", "Row", "tally"),
        *("HeldFleet", "hold_fleet", "every_fleet"),
        *("RecordsMissingError", "RecordsUnavailableError", "RecordUnreadableError", "RecordTooNewError"),
    },
}
# The moves of a record, by who makes them: the steps of a run, or whoever steers it. Triggers make none.
MOVES = {
    "activities": {
        *("begun", "advanced", "ended", "finished", "opened", "reminded", "answer_refused"),
        *("expired", "sending", "taken", "given_back", "concluded"),
    },
    "steering": {
        *("admitted", "seen_live", "seen_missing", "asked_anew", "decided", "cancelled"),
        *("claimed", "told", "told_with_fleet"),
    },
    "triggers": set(),
}


def within(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def breach(room: str, found: Import) -> str | None:
    """Why this room may not import that, or None."""
    allowed = TABLE[room]
    top = found.module.split(".")[0]
    if top in sys.stdlib_module_names or (top in ROOMS and room in ROOMS) or within(found.module, allowed.libraries):
        return None
    named_by = [found.module, *(f"{found.module}.{name}" for name in found.names)]
    if any(within(module, allowed.lazy) for module in named_by):
        lazy = found.is_lazy or found.is_for_types
        return None if lazy else f"{room} imports {found.module} outside a function"
    return f"{room} imports {found.module}"


def breaches(path: Path) -> list[str]:
    return [why for found in imports_of(tree_of(path)) if (why := breach(room_of(path), found))]


def test_a_room_imports_only_the_libraries_that_the_table_allows():
    hold(breaches, shipped_python())


def test_the_table_has_every_room():
    assert TABLE.keys() == {*ROOMS, "function_app.py"}
    assert {room_of(path) for path in shipped_python()} == TABLE.keys()


@pytest.mark.parametrize(
    ("room", "line", "allowed"),
    [
        ("migration", "import pydantic", True),
        ("migration", "import json, datetime", True),
        ("migration", "import azure.functions", False),
        ("orchestrators", "from durabletask.task import when_any", True),
        ("notifying", "import apprise", False),
        ("notifying", "def f():\n    import apprise", True),
        ("activities", "def f():\n    import apprise", False),
        ("activities", "from azure.mgmt.compute import models", False),
        ("triggers", "from durabletask.client import OrchestrationQuery", False),
        ("hub", "from durabletask.client import OrchestrationStatus", True),
        ("triggers", "from durabletask.task import when_any", False),
        ("arm", "from azure.mgmt.compute.aio import ComputeManagementClient", False),
        ("arm", "def f():\n    from azure.mgmt import compute", True),
        ("records", "def f():\n    from azure.data.tables.aio import TableClient", True),
        ("records", "from azure.data.tables.aio import TableClient", False),
        ("triggers", "def f():\n    from azure.data.tables.aio import TableClient", False),
        ("steering", "import azure.functions", False),
        ("steering", "from azure.core import MatchConditions", False),
        ("migration", "import itsdangerous", False),
        ("triggers", "from azure import identity", False),
        ("function_app.py", "from triggers.blueprint import blueprint", True),
        ("function_app.py", "from migration import names", False),
        ("function_app.py", "from arm.transport.cloud import go_by", True),
        ("function_app.py", "from arm.resources.images import start_delete", False),
    ],
)
def test_the_scan_tells_allowed_from_forbidden(room: str, line: str, allowed: bool):
    (found, *_) = imports_of(ast.parse(line))
    assert (breach(room, found) is None) == allowed


def modules_as_a_whole(found: Import) -> list[str]:
    """What an import brings in as a module: `from arm.resources import images`, `import arm.resources.images`."""
    brought = [f"{found.module}.{name}" for name in found.names] or [found.module]
    return [module for module in brought if module in modules()]


def test_functions_that_are_told_apart_are_imported_by_name():
    """`from arm.resources import images`, and `images.start_delete` escaped every test below."""

    def whole(path: Path) -> list[str]:
        brought = [module for found in imports_of(tree_of(path)) for module in modules_as_a_whole(found)]
        return [module for module in brought if within(module, TOLD_APART)]

    hold(whole, shipped_python())


@pytest.mark.parametrize(
    "line", ["from arm.resources import images", "import arm.resources.images", "import records.store as store"]
)
def test_a_module_imported_as_a_whole_would_be_found(line: str):
    (found,) = imports_of(ast.parse(line))
    (module,) = modules_as_a_whole(found)
    assert within(module, TOLD_APART)


def taken(path: Path, room: str) -> set[str]:
    """The names that a module takes out of a room."""
    return {name for found in imports_of(tree_of(path)) if within(found.module, {room}) for name in found.names}


def test_triggers_and_what_they_share_only_read_azure():
    def written(path: Path) -> list[str]:
        return sorted(name for name in taken(path, "arm") if not name.startswith(tuple(ARM_READS)))

    hold(written, python_files("triggers", "steering"))


def test_records_are_changed_by_compare_and_swap_alone():
    hold(lambda path: sorted(taken(path, "records") - RECORDS_USED[room_of(path)]), python_files(*RECORDS_USED))


def test_what_others_may_use_of_records_is_used():
    used: dict[str, set[str]] = {room: set() for room in RECORDS_USED}
    for path in python_files(*RECORDS_USED):
        used[room_of(path)] |= taken(path, "records")
    assert used == RECORDS_USED


def test_each_move_of_a_record_is_made_by_a_step_or_by_whoever_steers():
    made: dict[str, set[str]] = {room: set() for room in MOVES}
    for path in python_files(*MOVES):
        made[room_of(path)] |= taken(path, "migration.record") & set().union(*MOVES.values())
    assert made == MOVES


def test_every_change_of_a_record_goes_one_way():
    """Its row in the list, its kept runs and its log line follow there; what is forgotten has none of them."""
    assert _importing("records.store", "change") == ["steering/runs/changing.py", "steering/upkeep/forgetting.py"]


def test_a_source_is_deleted_in_one_place():
    """The DELETE, and the swap that must come before it."""
    assert _importing("arm.resources.images", "start_delete") == ["activities/delete_source_image.py"]
    assert _importing("migration.record.deletion", "sending") == ["activities/delete_source_image.py"]


def _importing(module: str, name: str) -> list[str]:
    everywhere = ((path, found) for path in shipped_python() for found in imports_of(tree_of(path)))
    return [named(path) for path, found in everywhere if found.module == module and name in found.names]
