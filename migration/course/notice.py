"""A notification to send, as it crosses the durable boundary, and how sending went."""

from migration.course.state import MigrationState
from migration.values.occasion import Occasion
from migration.values.record import Record


class Notice(Record):
    """One notification to send. `to` are the numbers of the addresses still to be reached; None means all."""

    occasion: Occasion
    state: MigrationState
    to: list[int] | None = None


class Sent(Record):
    """How sending went: how many got it, and the numbers of the addresses that did not."""

    sent: int
    missed: list[int]
