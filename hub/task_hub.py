"""What the use cases need of the task hub. It says what is under way; what that is, only the record says."""

from typing import Any, Protocol

from migration.course.standing import Hint


class HubUnavailableError(Exception):
    """The task hub gave no usable answer. `status` is its own word for why."""

    def __init__(self, status: str) -> None:
        self.status = status
        super().__init__(f"it answered {status}")


class TaskHub(Protocol):
    """The orchestrations of migrations, by the id of the image's migrations; raises HubUnavailableError."""

    async def is_live(self, migration_id: str) -> bool:
        """Tell whether there is an orchestration that has not ended."""

    async def phase(self, migration_id: str) -> str | None:
        """Return the phase in which the orchestration says it is; None where it says none."""

    async def start(self, migration_id: str, hint: Hint) -> bool:
        """Start one; False where one is live."""

    async def tell(self, migration_id: str) -> bool:
        """Start the orchestration that tells people what the record owes them; False where it is at work."""

    async def start_fleet(self, fleet_id: str) -> bool:
        """Start the orchestration of a fleet; False where it is live."""

    async def how_telling_ended(self, migration_id: str) -> str | None:
        """Return how the orchestration that tells ended, in the hub's own word; None for none that has."""

    async def wake(self, migration_id: str, event: str, payload: Any) -> None:
        """Raise an event; one that is not live is not woken."""

    async def purge(self, migration_id: str) -> None:
        """Remove what is left of one that has ended."""
