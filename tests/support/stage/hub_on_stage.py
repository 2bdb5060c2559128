"""The task hub that a stage is, as the app's use cases see it."""

from typing import Any

from dev.host.stage import Stage, StageInstanceUnknownError
from migration import names
from migration.course.standing import Hint
from migration.values.ids import teller_of

ENDED = {"COMPLETED", "FAILED", "TERMINATED"}


class Hub:
    """The stage as the app's use cases see it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.hears = True

    async def is_live(self, migration_id: str) -> bool:
        try:
            return self._stage.instance(migration_id).runtime_status not in ENDED
        except StageInstanceUnknownError:
            return False

    async def phase(self, migration_id: str) -> str | None:
        status = self._stage.instance(migration_id).custom_status
        return status.get("phase") if isinstance(status, dict) else None

    async def start(self, migration_id: str, hint: Hint) -> bool:
        if await self.is_live(migration_id):
            return False
        self._stage.start(names.MIGRATE_IMAGE, hint.dump(), migration_id)
        return True

    async def tell(self, migration_id: str) -> bool:
        if await self.is_live(teller_of(migration_id)):
            return False
        self._stage.start(names.TELL_PEOPLE, None, teller_of(migration_id))
        return True

    async def start_fleet(self, fleet_id: str) -> bool:
        if await self.is_live(fleet_id):
            return False
        self._stage.start(names.MIGRATE_FLEET, None, fleet_id)
        return True

    async def how_telling_ended(self, migration_id: str) -> str | None:
        status = self._stage.instance(teller_of(migration_id)).runtime_status
        return status if status in ENDED else None

    async def wake(self, migration_id: str, event: str, payload: Any) -> None:
        if self.hears:
            self._stage.raise_event(migration_id, event, payload)

    async def purge(self, migration_id: str) -> None:
        raise NotImplementedError(migration_id)
