"""Work items: what the engine hands out to be executed, and what it needs to recognise the answer."""

from dataclasses import dataclass, field
from itertools import chain

import durabletask.internal.orchestrator_service_pb2 as pb


@dataclass(frozen=True)
class OrchestrationWork:
    """One turn of an orchestration: its history so far and the events that are new."""

    instance_id: str
    name: str
    token: str
    request: pb.OrchestratorRequest

    @property
    def input(self) -> str:
        """What this execution was started with, as JSON."""
        events = chain(self.request.pastEvents, self.request.newEvents)
        return next((one.executionStarted.input.value for one in events if one.HasField("executionStarted")), "")


@dataclass(frozen=True)
class ActivityWork:
    """One call of an activity; `input` is JSON. A restarted instance has another `execution_id`."""

    instance_id: str
    execution_id: str
    name: str
    task_id: int
    input: str


@dataclass(frozen=True)
class EntityWork:
    """A batch of operations on one entity; `infos` say whom to answer."""

    entity_id: str
    token: str
    request: pb.EntityBatchRequest
    infos: list[pb.OperationInfo] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.entity_id.split("@")[1]


Work = OrchestrationWork | ActivityWork | EntityWork
