"""What an activity answers: a value, a wait, or a refusal. Only what a retry may cure is raised instead."""

from typing import Any

from migration.values.record import Record


class Later(Record):
    """Ask again after so many seconds: Azure is throttling, or something is still being made."""

    seconds: float
    reason: str


class Refusal(Record):
    """Azure, or a rule of ours, says no. Final: asking again gets the same answer."""

    code: str
    message: str


class Answer(Record):
    """The envelope every activity returns across the durable boundary."""

    value: Any = None
    later: Later | None = None
    refusal: Refusal | None = None
