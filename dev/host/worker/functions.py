"""The functions of an app, as its worker describes them, and how they are found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dev.host.worker.frames import Frame

Binding = dict[str, Any]
_DURABLE_NAMES = {
    "orchestrationTrigger": "orchestration",
    "activityTrigger": "activity",
    "entityTrigger": "entityName",
}


class FunctionTriggerMissingError(Exception):
    """A function without a trigger can never run."""


@dataclass(frozen=True)
class Function:
    """One function: its trigger and its other bindings, as written in function.json.

    One that is disabled is set off by nothing but a developer's hand. Durable functions run all the same in this host.
    """

    id: str
    name: str
    trigger: Binding
    bindings: list[Binding]
    is_disabled: bool = False

    @property
    def trigger_type(self) -> str:
        return str(self.trigger["type"])

    @property
    def durable_name(self) -> str:
        """The name under which orchestrators call it."""
        key = _DURABLE_NAMES.get(self.trigger_type, "")
        return str(self.trigger.get(key) or self.name)

    @property
    def names(self) -> set[str]:
        return {self.name, self.durable_name}

    @property
    def output_bindings(self) -> list[str]:
        """Bindings whose values this host has nowhere to send to."""
        outputs = [one for one in self.bindings if str(one.get("direction", "")).upper() == "OUT"]
        return [str(one["type"]) for one in outputs if one["type"] != "http"]


class Functions:
    """All functions of an app. Names are case-insensitive, as in Azure."""

    def __init__(self, described: list[Frame]) -> None:
        self.all = [_function(one) for one in described]

    def disable(self, is_disabled: Callable[[str], bool]) -> None:
        """Mark those whose names the app settings disable."""
        self.all = [replace(one, is_disabled=is_disabled(one.name)) for one in self.all]

    def named(self, name: str) -> Function | None:
        return next((one for one in self.all if one.name.lower() == name.lower()), None)

    def triggered_by(self, trigger_type: str) -> list[Function]:
        return [one for one in self.all if one.trigger_type == trigger_type]

    def listening(self, trigger_type: str) -> list[Function]:
        """Those of a trigger that it may set off."""
        return [one for one in self.triggered_by(trigger_type) if not one.is_disabled]

    def durable(self, trigger_type: str, name: str) -> Function | None:
        found = (one for one in self.triggered_by(trigger_type) if one.durable_name.lower() == name.lower())
        return next(found, None)


def _function(described: Frame) -> Function:
    bindings: list[Binding] = described["bindings"]
    trigger = next((one for one in bindings if str(one["type"]).endswith("Trigger")), None)
    if trigger is None:
        raise FunctionTriggerMissingError(f"function '{described['name']}' has no trigger")
    return Function(described["id"], described["name"], trigger, bindings)
