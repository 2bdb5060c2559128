"""One image of a fleet: what is asked for it, when its turn is, and what the fleet has done about it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from migration.asking.request import MigrationRequest
from migration.values.answer import Refusal
from migration.values.lengths import LONGEST_PERSON, at_most
from migration.values.outcome import Outcome
from migration.values.value import Stored

MOST_WAVES = 1_000
MOST_MEMBERS = 10_000

Wave = Annotated[int, Field(ge=1, le=MOST_WAVES)]


class FleetRow(Stored):
    """What people say of one image, in a plan and in its sheet. `owner` is told by a tag of the image, if any."""

    request: MigrationRequest
    wave: Wave = 1
    left_out: bool = False
    owner: Annotated[str, at_most(LONGEST_PERSON)] = ""


class MemberStage(StrEnum):
    """How far the fleet is with an image: how its migration is, its record and the list say."""

    WAITING = "waiting"
    STARTED = "started"
    PASSED = "passed"


class Retrier(Stored):
    """Somebody who had an image tried again, as they are shown, and the ids by which they can be told from others."""

    name: str
    ids: list[str] = []


class Member(FleetRow):
    """An image in a fleet that was begun. `number` is its place, from 1: of one definition the oldest image is first.

    `run` is the run that was admitted for it, `why` says why it was passed, or begun by somebody else. `ended` is how
    its run ended, as was last seen: the list may tell of a later run that the fleet has no part in. `retried_by` are
    those who had it tried again, and so have asked for its next run, too; `retried` is the run they had tried again.
    """

    number: Annotated[int, Field(ge=1, le=MOST_MEMBERS)]
    stage: MemberStage = MemberStage.WAITING
    run: str | None = None
    why: Refusal | None = None
    ended: Outcome | None = None
    retried_by: list[Retrier] = []
    retried: str | None = None
