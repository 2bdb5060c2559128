"""What a step may answer instead of a value: ask again later, or no. Only what a retry may cure is raised instead."""

from migration.values.record import Record


class Later(Record):
    """Ask again after so many seconds: Azure is throttling, or something is still being made."""

    seconds: float
    reason: str


class Refusal(Record):
    """Azure, or a rule of ours, says no. Final: asking again gets the same answer."""

    code: str
    message: str
