"""A misspelt name registers, and is called, silently: so names called and names registered are compared here."""

import ast
import importlib
import inspect
from pathlib import Path
from typing import Any

from dev.picture.source import modules
from migration import names
from migration.asking.settings import SettingsInvalidError
from migration.course import steps
from orchestrators.calling import UNREADABLE
from records.errors import RecordsUnavailableError, RecordTooNewError, RecordUnreadableError
from tests.support.functions import bindings
from tests.support.source import ROOT, dotted, hold, named, python_files, shipped_python, tree_of

EVENTS = {name: value for name, value in vars(names).items() if name.endswith("_EVENT")}

# Calls that name something: function (or its end) -> which argument is the name.
ACTIVITY_CALLS = {"ask": 1, "step": 1, "_look_on": 1, "call_activity": 0}
LISTENING = {"wait_for_external_event": 0, "_look_on": 4}
RAISING = {"wake": 2, "hub.wake": 1, "self.wake": 1}


def registered(trigger: str, name: str) -> dict[str, str]:
    """Function name and registered name of every function of the app with this kind of trigger."""
    return {function: getattr(binding, name) for function, binding in bindings(trigger).items()}


def names_in(path: Path, calls: dict[str, int]) -> list[tuple[int, ast.expr]]:
    """The naming argument of every such call in a file, with its line."""
    found: list[tuple[int, ast.expr]] = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and (function := dotted(node.func)):
            place = calls.get(function, calls.get(function.rpartition(".")[2]))
            found += [(node.lineno, node.args[place])] if place is not None else []
    return found


def constants(rooms: tuple[str, ...], calls: dict[str, int], module: str = "names") -> dict[str, str]:
    """Constants of a module used in such calls: constant -> where. Parameters passed on are not names."""
    used = {}
    for path in python_files(*rooms):
        for line, argument in names_in(path, calls):
            name = dotted(argument)
            assert name is not None, f"{named(path)}:{line} calls {ast.unparse(argument)}: use one of {module}.py"
            name = name.removesuffix(".name")
            if name.startswith(f"{module}."):
                used[name.removeprefix(f"{module}.")] = f"{named(path)}:{line}"
            else:
                assert name in {"activity", "event"}, f"{named(path)}:{line} calls {name}: use one of {module}.py"
    return used


def test_every_activity_called_is_registered_and_every_registered_one_is_called():
    called = {getattr(steps, constant).name for constant in constants(("orchestrators",), ACTIVITY_CALLS, "steps")}
    assert called == set(registered("activityTrigger", "activity").values()) == set(steps.NAMES)


def test_every_activity_is_in_the_list_of_them():
    assert [one for one in vars(steps).values() if isinstance(one, steps.Activity)] == list(steps.ACTIVITIES)
    assert len(set(steps.NAMES)) == len(steps.NAMES)


def test_every_orchestrator_started_is_registered():
    started = constants(("hub", "orchestrators"), {"_schedule": 0, "call_sub_orchestrator": 0})
    assert {getattr(names, constant) for constant in started} == set(
        registered("orchestrationTrigger", "orchestration").values()
    )


def test_every_event_raised_is_one_that_is_listened_to():
    listened = constants(("orchestrators",), LISTENING)
    assert listened.keys() == EVENTS.keys()
    raised = constants(("hub", "triggers", "steering"), RAISING)
    assert {"APPROVAL_EVENT", "CANCEL_EVENT", "OWED_EVENT"} <= raised.keys() <= listened.keys()


def test_every_activity_has_one_name():
    """File, function and registered name are the same word."""
    assert registered("activityTrigger", "activity") == {name: name for name in steps.NAMES}
    functions = {name: getattr(importlib.import_module(f"activities.{name}"), name) for name in steps.NAMES}
    assert [name for name, function in functions.items() if not inspect.iscoroutinefunction(function)] == []


def test_every_orchestrator_has_one_name():
    for function, name in registered("orchestrationTrigger", "orchestration").items():
        step: Any = getattr(importlib.import_module(f"orchestrators.{name}"), name)
        assert (function, inspect.isgeneratorfunction(step)) == (name, True)


def test_names_are_not_written_out_where_a_constant_belongs():
    written = {}
    for path in python_files("hub", "orchestrators", "steering", "triggers"):
        spelt = {node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant)}
        written[named(path)] = spelt & {*steps.NAMES, *EVENTS.values(), names.MIGRATE_IMAGE, names.TELL_PEOPLE}
    assert {path: spelt for path, spelt in written.items() if spelt} == {}


def test_nothing_public_is_called_like_a_module_of_ours():
    """A module was moved by replacing text, and a span told `migration.outcome` by another name from then on."""

    def like_a_module(path: Path) -> list[str]:
        texts = [node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant)]
        return [text for text in texts if isinstance(text, str) and "." in text and text in modules()]

    hold(like_a_module, shipped_python())


def test_a_file_of_activities_is_an_activity_or_serves_them():
    files = {path.stem for path in (ROOT / "activities").glob("*.py")}
    assert files - set(steps.NAMES) == {"__init__", "admitting", "blueprint"}


def test_what_an_orchestration_waits_out_is_named_after_the_classes_themselves():
    """Exceptions lose their type on the way: renamed, every outage of the table would end as a bug."""
    classes = {RecordsUnavailableError, RecordUnreadableError, RecordTooNewError, SettingsInvalidError}
    assert {one.__name__ for one in classes} == set(UNREADABLE)
