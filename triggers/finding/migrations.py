"""Finds the migration that a request names, by its record; the hub says only whether it is still carried out."""

from dataclasses import dataclass

import azure.functions as func

from hub.task_hub import HubUnavailableError, TaskHub
from migration.record.image_record import NO_RECORD, ImageRecord
from migration.record.run import Run
from migration.telling.status import Status
from migration.values.ids import is_instance_id
from migration.values.words.capitals import capitalised
from records.store import Held, hold
from triggers.answering.responding import HttpProblemError


@dataclass(frozen=True)
class Found:
    """A migration: the record of its image, as it is held, and the run that was admitted last."""

    held: Held
    record: ImageRecord
    run: Run

    @property
    def id(self) -> str:
        return self.record.migration_id


async def find_migration(req: func.HttpRequest) -> Found:
    """Return the migration a request names; 404 for none, and for an id of ours that has no record."""
    migration_id = req.route_params["id"]
    if is_instance_id(migration_id):
        held = await hold(migration_id)
        if held.record is not None and held.run is not None and not held.run.forgotten:
            return Found(held, held.record, held.run)
        raise no_record()
    raise HttpProblemError(404, "Not found", f"There is no migration '{migration_id}'.")


def no_record() -> HttpProblemError:
    """Say what every call says of a migration whose record is not there, also where it goes while it is answered."""
    said = NO_RECORD.message
    return HttpProblemError(404, "Not found", f"{capitalised(said)}.", code=NO_RECORD.code)


def refuse_gone(held: Held) -> None:
    """Raise HttpProblemError 404 where the record that a call found is gone by now."""
    if held.record is None:
        raise no_record()


async def status_now(hub: TaskHub, migration_id: str, status: Status) -> Status:
    """Return a status with whether its migration has been stopped from outside: looked at, and nothing concluded."""
    if status.outcome is not None or not status.begun:
        return status
    try:
        there = await hub.is_live(migration_id)
    except HubUnavailableError:
        return status
    return status if there else status.as_stopped()
