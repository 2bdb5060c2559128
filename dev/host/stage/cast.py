"""Who is on stage, and how an instance looks from the stalls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from azure.durable_functions.worker import DurableFunctionsWorker


class StageStuckError(Exception):
    """Work never ran out: an orchestrator loops without waiting for anything."""


class StageFunctionUnknownError(Exception):
    """Something called a function that the stage was not given."""


class StageInstanceUnknownError(Exception):
    """There is no orchestration instance of this id."""


@dataclass(frozen=True)
class StageInstance:
    """What an instance looks like now. `runtime_status` is upper case; payloads are decoded."""

    instance_id: str
    name: str
    runtime_status: str
    input: Any
    output: Any
    custom_status: Any
    failure: pb.TaskFailureDetails | None
    history: list[pb.HistoryEvent]
    longest_history: int
    """The most events any execution of it had: `history` starts anew at every continue-as-new."""


@dataclass
class Cast:
    """The functions on stage; entity names are case-insensitive, as in Azure."""

    orchestrators: Mapping[str, Callable[..., Any]]
    activities: Mapping[str, Callable[..., Any]]
    entities: Mapping[str, Callable[..., Any]]
    workers: dict[str, DurableFunctionsWorker] = field(default_factory=dict)

    def worker(self, name: str) -> DurableFunctionsWorker:
        return self.workers.setdefault(name, DurableFunctionsWorker())


def known(functions: Mapping[str, Callable[..., Any]], name: str) -> Callable[..., Any]:
    if name not in functions:
        raise StageFunctionUnknownError(f"'{name}' is called, but only {sorted(functions)} are on stage")
    return functions[name]
