"""Says whether the fleet of a run has been cancelled: then its delete is not sent, though its own cancel is to come."""

from migration.fleet.fleet import Fleet, FleetStage
from migration.record.run import Run
from records.fleets.held import hold_fleet


async def why_stopped(run: Run) -> str | None:
    """Return why the fleet that started a run was cancelled since; None where it was not, or is gone.

    Raises RecordsUnavailableError where that cannot be read: nothing is deleted then.
    """
    held = await hold_fleet(run.start.fleet) if run.start.fleet is not None else None
    if held is None or held.fleet.stage is not FleetStage.CANCELLED or run.admitted_at > held.fleet.at:
        return None
    return why_cancelled(held.fleet)


def why_cancelled(fleet: Fleet) -> str:
    return f"the fleet was cancelled by {fleet.by}{f': {fleet.reason}' if fleet.reason else ''}"
