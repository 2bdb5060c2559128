"""What is written into the list of ends that only the hub knows: at once, since another run may begin."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from durabletask.client import OrchestrationQuery, OrchestrationState, OrchestrationStatus
from migration.approval.image_record import ImageRecord, new_record
from migration.course.state import MigrationState, Status
from triggers.steering import forgetting
from triggers.steering.forgetting import forget_old

from migration.course.starting import Requester, start_by_request
from migration.values.outcome import Phase
from records.errors import RecordUnreadableError
from records.index import announce, note, row_of
from records.store import change
from tests.unit.fake_hub import Hub, instance
from tests.unit.samples import DEFAULTS, NOW, SOURCE, make_image, make_request
from triggers.events import measuring
from triggers.events.measuring import count_live

pytestmark = pytest.mark.usefixtures("storage")


def migration(number: int) -> tuple[ImageRecord, Status]:
    image = make_image(id=f"{SOURCE}-{number}")
    start = start_by_request(make_request(), image, Requester("Ada"), DEFAULTS)
    return new_record(image.id, NOW + timedelta(days=number)), Status.of(MigrationState(start=start))


async def listed(number: int, at: datetime = NOW) -> ImageRecord:
    record, status = migration(number)
    await change(record.migration_id, lambda _: record)
    await note(record, status.model_copy(update={"phase": Phase.AWAITING_APPROVAL}), at)
    return record


class RestartedMeanwhile(Hub):
    """Somebody starts the first migration again while the second is looked at."""

    async def get_all_orchestration_states(self, query: OrchestrationQuery) -> list[OrchestrationState]:
        if query.instance_id_prefix == migration(1)[0].migration_id:
            await announce(*migration(2), NOW + timedelta(hours=1))
        return await super().get_all_orchestration_states(query)


async def test_a_migration_started_again_while_others_are_counted_is_not_listed_as_ended():
    """Its row said Done for as long as people were asked."""
    first, second = await listed(2), await listed(1)
    ended = instance(first.migration_id, None, OrchestrationStatus.TERMINATED, status=_status(2))
    client: Any = RestartedMeanwhile(ended, instance(second.migration_id, None, status=_status(1)))
    assert len(await count_live(client)) == 1
    row = await row_of(first)
    assert row is not None
    assert (row.live, row.status.phase) == (True, Phase.PLANNING)


async def test_a_record_that_makes_no_sense_keeps_nothing_else_from_being_counted_or_forgotten(monkeypatch):
    """The gauges stood still, and old migrations stayed, because of one record that another version had written."""
    first, second = await listed(2), await listed(1)

    async def load_unreadable(migration_id: str) -> ImageRecord:
        if migration_id == first.migration_id:
            raise RecordUnreadableError("it cannot be read")
        return second

    for module in (measuring, forgetting):
        monkeypatch.setattr(module, "load", load_unreadable)
    client: Any = Forgetful()
    assert await count_live(client) == []
    await note(first, migration(2)[1].model_copy(update={"phase": Phase.DONE}), NOW)
    assert await forget_old(client) == 1
    assert (await row_of(first) is None, await row_of(second) is None) == (False, True)
    assert client.purged == [second.migration_id]


class Forgetful(Hub):
    """A hub that knows no migration any more."""

    def __init__(self) -> None:
        super().__init__()
        self.purged: list[str] = []

    async def purge_orchestration(self, instance_id: str) -> None:
        self.purged.append(instance_id)


def _status(number: int) -> str:
    return migration(number)[1].model_dump_json(by_alias=True)
