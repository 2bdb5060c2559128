"""Calls from one of our modules into another, read from the code: the stops on the way of a value.

A call inside a module is part of the stop it is made from. An activity called by name is the function of that name.
What is called on an object is not followed, for the code does not say whose it is.
"""

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from dev.picture.source import modules, tree_of
from migration.course import steps

# Doors to what is outside: who goes through is shown, what is behind them is theirs.
DOORS = ("arm", "hub", "notifying", "records", "telemetry", "web")
# What every stop uses and no value takes its way through.
EVERYWHERE = (
    "migration.asking.reading",
    "migration.asking.settings",
    "migration.values.shortening",
    "migration.values.problems",
)
CALLING = ("ask", "step")  # functions of orchestrators.calling that take an activity
type Function = ast.FunctionDef | ast.AsyncFunctionDef


class Stop(NamedTuple):
    """A function, or the method of a class (`ResourceId.parse`), and the module it is in."""

    module: str
    name: str


@cache
def functions(module: str) -> dict[str, Function]:
    """What a module defines: functions by name, and the methods of its classes as `Class.method`."""
    body = tree_of(modules()[module]).body
    found = {one.name: one for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    for one in body:
        if isinstance(one, ast.ClassDef):
            methods = (inner for inner in one.body if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{one.name}.{method.name}": method for method in methods}
    return found


@cache
def imported(module: str) -> dict[str, str]:
    """Names in a module that came from elsewhere, and where each is at home: `a.module` or `a.module.name`."""
    nodes = [node for node in ast.walk(tree_of(modules()[module])) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: f"{node.module}.{alias.name}" for node in nodes for alias in node.names}


def calls_of(stop: Stop, seen: frozenset[Stop] = frozenset()) -> list[Stop]:
    """Return the stops that this one calls, each once, in the order of the code."""
    found: dict[Stop, None] = {}
    for called in filter(None, (_called(stop, node) for node in _calls(functions(stop.module)[stop.name]))):
        if called.module in EVERYWHERE:
            continue
        if called.module != stop.module:
            found[called] = None
        elif called not in seen:
            found |= dict.fromkeys(calls_of(called, seen | {stop}))
    return list(found)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    """Calls as they are carried out: arguments before what they are given to."""
    for child in ast.iter_child_nodes(node):
        yield from _calls(child)
    if isinstance(node, ast.Call):
        yield node


def _called(stop: Stop, call: ast.Call) -> Stop | None:
    """The function of ours that a call names; None for classes, objects and everybody else's."""
    if (activity := _activity(call)) is not None:
        return activity
    words = ast.unparse(call.func)
    if words.startswith("self."):
        words = f"{stop.name.split('.')[0]}{words.removeprefix('self')}"
    first, _, rest = words.partition(".")
    home = imported(stop.module).get(first, f"{stop.module}.{first}")
    module, name = (home, rest) if home in modules() else home.rsplit(".", 1)
    full = ".".join(part for part in (name, rest if home not in modules() else "") if part)
    return Stop(module, full) if module in modules() and full in functions(module) else None


def _activity(call: ast.Call) -> Stop | None:
    """The activity of `step(ctx, steps.SOME_ACTIVITY, ...)`."""
    named = ast.unparse(call.args[1]) if ast.unparse(call.func) in CALLING and len(call.args) > 1 else ""
    if not named.startswith("steps."):
        return None
    name = getattr(steps, named.removeprefix("steps.")).name
    return Stop(f"activities.{name}", name)


def drawn(start: Stop) -> list[str]:
    """The way from here as an indented list; what is called a second time is named and not followed again."""
    return [f"{start.module}  {start.name}", *_below(start, 1, {start})]


def _below(stop: Stop, depth: int, seen: set[Stop]) -> Iterator[str]:
    for called in calls_of(stop):
        yield f"{'  ' * depth}{called.module}  {called.name}"
        if called not in seen and called.module.split(".")[0] not in DOORS:
            seen.add(called)
            yield from _below(called, depth + 1, seen)
