"""What the host says when it has started: functions, URLs, keys, and what to know about it."""

from collections.abc import Callable
from typing import NamedTuple

from dev.host.front.keys import Keys
from dev.host.triggers.event_grid import EVENT_GRID_TRIGGER
from dev.host.triggers.http_trigger import HttpFront, is_reserved
from dev.host.worker.functions import Function, Functions

_NATIVE = {"httpTrigger", "timerTrigger", EVENT_GRID_TRIGGER}
_DURABLE = {"orchestrationTrigger": "orchestrator", "activityTrigger": "activity", "entityTrigger": "entity"}
_BUILT_IN = "BuiltIn__"


class Whereabouts(NamedTuple):
    """Where a host is and what opens it."""

    url: str
    keys: Keys
    hub_name: str
    event_grid_url: Callable[[str], str]


def describe(host: Whereabouts, functions: Functions, front: HttpFront) -> str:
    shown = [one for one in functions.all if not one.name.startswith(_BUILT_IN)]
    lines = [f"Functions ({len(shown)}):"]
    lines += [f"  {one.name}: {_how_to_reach(one, host, front)}" for one in shown]
    lines += [
        f"  note: {one.name} writes to {', '.join(one.output_bindings)}, which this host does not deliver"
        for one in shown
        if one.output_bindings
    ]
    lines += [
        f"Keys (?code= or x-functions-key): master {host.keys.master}",
        f"  durable {host.keys.durable}",
        f"Durable API: {host.url}/runtime/webhooks/durabletask  (task hub {host.hub_name})",
        "State is in memory: instances, entities and keys are gone when the host stops.",
        f"Listening on {host.url}",
    ]
    return "\n".join(lines)


def _how_to_reach(function: Function, host: Whereabouts, front: HttpFront) -> str:
    kind = function.trigger_type
    if function.is_disabled:
        return f"disabled: only by POST {host.url}/admin/functions/{function.name}"
    if kind == "httpTrigger":
        if is_reserved(function):
            return "not served: routes that begin with 'admin' are reserved"
        methods = ",".join(function.trigger.get("methods") or ["any method"])
        level = str(function.trigger.get("authLevel") or "FUNCTION").lower()
        return f"[{methods}] {front.url_of(function, host.url)} ({level})"
    if kind == EVENT_GRID_TRIGGER:
        return f"Event Grid: {host.event_grid_url(function.name)}"
    if kind == "timerTrigger":
        return f"timer: {function.trigger['schedule']}"
    if kind in _DURABLE:
        return _DURABLE[kind]
    return f"{kind}: only by POST {host.url}/admin/functions/{function.name}"
