"""Says whether the fleet of a run has been cancelled: then its delete is not sent, though its own cancel is to come."""

from datetime import datetime

from migration.fleet.fleet import Fleet, FleetStage
from migration.record.run import Run
from records.fleets.held import hold_fleet


async def why_stopped(run: Run) -> str | None:
    """Return why the fleet that started a run was cancelled; None where it was not, or is gone, or where a person asked
    again since.

    Raises RecordsUnavailableError where that cannot be read: nothing is deleted then.
    """
    held = await hold_fleet(run.start.fleet) if run.start.fleet is not None else None
    if (
        held is None
        or held.fleet.stage is not FleetStage.CANCELLED
        or is_asked_anew(held.fleet, run.before, run.admitted_at)
    ):
        return None
    return why_cancelled(held.fleet)


def is_asked_anew(fleet: Fleet, before: str | None, begun_at: datetime) -> bool:
    """Tell whether a run, which follows another, is a person's who asked anew since the fleet was cancelled.

    One that the fleet began itself after that had only not heard of it.
    """
    return fleet.stage is FleetStage.CANCELLED and before is not None and begun_at > fleet.at


def why_cancelled(fleet: Fleet) -> str:
    return f"the fleet was cancelled by {fleet.by}{f': {fleet.reason}' if fleet.reason else ''}"
