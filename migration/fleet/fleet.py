"""A fleet: on which terms its images are migrated, and whether it goes on."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from migration.fleet.member import MOST_MEMBERS, MOST_WAVES, Wave
from migration.values.lengths import LONGEST_PERSON, LONGEST_WORDS, at_most
from migration.values.value import Moment, Stored

_ID = re.compile(r"fleet-[0-9a-f]{32}")
WINDOW = 20  # images of a fleet that are on their way to their question at once, unless its terms say otherwise


class FleetApproval(StrEnum):
    """Whether people are asked about each image by itself, or about those of a fleet together, image by image."""

    EACH = "each"
    FLEET = "fleet"


class WaveStart(Stored):
    """A wave that does not begin before a moment, though the one before it is through."""

    wave: Wave
    at: Moment


class FleetTerms(Stored):
    """How the images of a fleet are migrated: at most `window` at once that have not come to their question."""

    window: Annotated[int, Field(ge=1, le=1_000)] = WINDOW
    approval: FleetApproval = FleetApproval.EACH
    wave_starts: Annotated[list[WaveStart], at_most(MOST_WAVES)] = []


class FleetStage(StrEnum):
    """Whether a fleet goes on: nothing of one that is paused or cancelled is started."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    OVER = "over"


class Fleet(Stored):
    """A fleet as it stands. `by`, `reason` and `at` are those of whoever brought it into its stage.

    `over_at` is when nothing of it was left to be done: the stage of one that was cancelled stays that. `retries`
    counts how often its failed images were put back to waiting.
    """

    id: str
    name: Annotated[str, at_most(LONGEST_PERSON)] = ""
    terms: FleetTerms
    size: Annotated[int, Field(ge=1, le=MOST_MEMBERS)]
    requested_by: str
    requester_ids: list[str] = []
    created_at: Moment
    stage: FleetStage = FleetStage.RUNNING
    by: str = ""
    reason: Annotated[str, at_most(LONGEST_WORDS)] = ""
    at: Moment
    over_at: Moment | None = None
    retries: int = 0


def is_fleet_id(text: str) -> bool:
    """Tell whether a text could be the id of a fleet."""
    return _ID.fullmatch(text) is not None
