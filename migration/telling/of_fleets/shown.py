"""What somebody who approves a fleet is shown, says and is answered: the shapes of its calls, and of its page."""

from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field, StrictInt

from migration.approval.approval import Approver, Comment, Decision
from migration.asking.orders import Order
from migration.fleet.fleet import FleetApproval
from migration.fleet.member import MOST_MEMBERS, Wave
from migration.promise.shown import UsersOfKind
from migration.telling.answers import CheckShown, Consequence, Obstacle
from migration.values.lengths import LONGEST_ID, at_most
from migration.values.value import Value

MOST_IN_ONE = 1_000  # images that one call decides about: what they take to be named has room in a body
_LONGEST_NAMED = 128
_LETTERS = {Decision.APPROVE: "a", Decision.ACCEPT: "k", Decision.REJECT: "r"}
_PARTS = 4
_DIGITS = 5  # of the number of an image in a fleet


class Named(NamedTuple):
    """What somebody was shown of an image: its number in the fleet, its question, what could be decided, the facts.

    It goes to them and comes back as text. What it says decides nothing: it is compared with what is.
    """

    number: int
    question: str
    allows: tuple[Decision, ...]
    facts: str

    @property
    def text(self) -> str:
        return ".".join((str(self.number), self.question, "".join(_LETTERS[one] for one in self.allows), self.facts))

    @classmethod
    def read(cls, text: str) -> "Named | None":
        """Read what was shown; None for a text that is none of ours."""
        parts = text.split(".")
        if len(parts) != _PARTS or not (parts[0].isascii() and parts[0].isdecimal() and len(parts[0]) <= _DIGITS):
            return None
        number, question, letters, facts = parts
        return cls(int(number), question, tuple(one for one, letter in _LETTERS.items() if letter in letters), facts)


class QuestionShown(Value):
    """An image of a fleet that asks. `shown` names the question and what was shown of it to whoever decides about it.

    `allows` are the decisions that can be taken as things stand; to approve where nothing is to be deleted is to
    accept. `obstacle` is what would keep the source, `consequence` what approving would do; both are None, and
    `checks` empty, where Azure could not be read, and `unread` says why. `barred` is why whoever
    asks may not decide about it.
    """

    number: int
    wave: Wave
    owner: str
    migration_id: str
    run: str
    source_image_id: str
    image_version_id: str
    shown: str
    allows: list[Decision]
    consequence: Consequence | None
    obstacle: Obstacle | None
    checks: list[CheckShown]
    users: list[UsersOfKind]
    after_soak: bool
    requested_by: str
    asked_at: datetime
    expires_at: datetime
    read_at: datetime | None
    unread: str | None
    barred: Obstacle | None


class FleetQuestions(Value):
    """A page of the images of a fleet that ask. `counts` says about how many of this page each decision can be taken,
    `asking` how many of the whole fleet ask.
    """

    id: str
    name: str
    approval: FleetApproval
    asking: int
    counts: dict[Decision, int]
    questions: list[QuestionShown]
    next_link: str | None


class FleetDecision(Order):
    """A decision about images of a fleet, each by itself: those that were shown (`questions`), but for those left out.

    `count` is the number of images that it would decide about: of those named and not left out, those that allow it.
    """

    decision: Decision
    approver: Approver
    comment: Comment = ""
    count: Annotated[StrictInt, Field(ge=0, le=MOST_MEMBERS)]
    questions: Annotated[list[Annotated[str, at_most(_LONGEST_NAMED)]], Field(min_length=1), at_most(MOST_IN_ONE)]
    leave_out: Annotated[list[Annotated[str, at_most(LONGEST_ID)]], at_most(MOST_IN_ONE)] = []


class ImageDecided(Value):
    """What came of a decision for one image: as what it counts, or why it does not."""

    number: int
    source_image_id: str | None
    migration_id: str | None
    run: str | None
    decided: bool
    decision: Decision | None
    code: str | None
    message: str | None
    next_action: str | None


class FleetDecided(Value):
    """What came of a decision, image by image. Where some were not reached in time, the same call may be sent again."""

    id: str
    decided: int
    not_decided: int
    results: list[ImageDecided]
