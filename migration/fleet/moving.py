"""What may happen to a fleet as a whole, from which stage: who did it, why and when stands in its row.

Nothing that is under way is changed by that; what follows for its images is next door, in `advancing.py`.
"""

from datetime import datetime
from enum import StrEnum

from migration.fleet.fleet import Fleet, FleetStage
from migration.values.answer import Refusal

THE_APP = "the app"


class FleetMove(StrEnum):
    """What may happen to a fleet."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"
    END = "end"


# Every other move from every other stage is refused. What was cancelled stays so when it is over.
FLEET_MOVES = {
    (FleetMove.PAUSE, FleetStage.RUNNING): FleetStage.PAUSED,
    (FleetMove.PAUSE, FleetStage.PAUSED): FleetStage.PAUSED,
    (FleetMove.RESUME, FleetStage.PAUSED): FleetStage.RUNNING,
    (FleetMove.RESUME, FleetStage.RUNNING): FleetStage.RUNNING,
    (FleetMove.CANCEL, FleetStage.RUNNING): FleetStage.CANCELLED,
    (FleetMove.CANCEL, FleetStage.PAUSED): FleetStage.CANCELLED,
    (FleetMove.CANCEL, FleetStage.CANCELLED): FleetStage.CANCELLED,
    (FleetMove.RETRY, FleetStage.RUNNING): FleetStage.RUNNING,
    (FleetMove.RETRY, FleetStage.PAUSED): FleetStage.PAUSED,
    (FleetMove.RETRY, FleetStage.OVER): FleetStage.RUNNING,
    (FleetMove.END, FleetStage.RUNNING): FleetStage.OVER,
    (FleetMove.END, FleetStage.PAUSED): FleetStage.OVER,
    (FleetMove.END, FleetStage.CANCELLED): FleetStage.CANCELLED,
    (FleetMove.END, FleetStage.OVER): FleetStage.OVER,
}


def moved_fleet(fleet: Fleet, move: FleetMove, at: datetime, *, by: str, reason: str = "") -> Fleet | Refusal:
    """Return the fleet after a move, or say that there is no such move from where it is.

    One that changes nothing leaves to its stage whoever brought the fleet into it.
    """
    to = FLEET_MOVES.get((move, fleet.stage))
    if to is None:
        return Refusal(code="FleetEnded", message=f"the fleet is {fleet.stage}: it cannot {move}")
    if move is FleetMove.RETRY:
        fleet = fleet.changed(retries=fleet.retries + 1, over_at=None)
    if move is FleetMove.END and fleet.over_at is None:
        fleet = fleet.changed(over_at=at)
    return fleet if to is fleet.stage else fleet.changed(stage=to, by=by, reason=reason, at=at)


def ended_fleet(fleet: Fleet, seen: Fleet, at: datetime) -> Fleet | Refusal:
    """End a fleet of which nothing is left to be done, unless somebody has done something with it since."""
    if fleet != seen:
        return Refusal(code="FleetChanged", message="somebody has changed the fleet meanwhile")
    return moved_fleet(fleet, FleetMove.END, at, by=THE_APP)
