"""Says whether the fleet of a run has been cancelled: then its delete is not sent, though its own cancel is to come."""

from migration.fleet.fleet import Fleet, FleetStage
from migration.record.run import Run
from records.fleets.held import hold_fleet


async def why_stopped(run: Run) -> str | None:
    """Return why the fleet that started a run was cancelled; None where it was not, or is gone, or where a person asked
    again since.

    Raises RecordsUnavailableError where that cannot be read: nothing is deleted then.
    """
    held = await hold_fleet(run.start.fleet) if run.start.fleet is not None else None
    if held is None or held.fleet.stage is not FleetStage.CANCELLED or _is_asked_anew(run, held.fleet):
        return None
    return why_cancelled(held.fleet)


def _is_asked_anew(run: Run, fleet: Fleet) -> bool:
    """Tell whether a person began it since the cancel; one that the fleet began itself had only not heard of it."""
    return run.before is not None and run.admitted_at > fleet.at


def why_cancelled(fleet: Fleet) -> str:
    return f"the fleet was cancelled by {fleet.by}{f': {fleet.reason}' if fleet.reason else ''}"
