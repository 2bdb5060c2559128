"""What a step may answer instead of a value: ask again later, or no. Only what a retry may cure is raised instead."""

from migration.values.problems import Problem
from migration.values.value import Value

AZURE_UNAVAILABLE = "AzureUnavailable"
SETTINGS = "SettingsInvalid"
SOON_SECONDS = 5.0
NO_PLACE = "NoPlace"  # as many versions are being made as may be: no patience ends that
IN_PROGRESS = "InProgress"  # something is being made or changed


class Later(Value):
    """Ask again after so many seconds: Azure is throttling or away, something is still being made or not to be seen.

    `code` is the cause, which passes, or has lasted too long when the run's patience for it ends.
    """

    seconds: float
    reason: str
    code: str = IN_PROGRESS


def unseen(resource_id: str) -> Later:
    """Say to look again for what a 404 denies and a list holds: to make it would be to write over it."""
    return Later(seconds=SOON_SECONDS, reason=f"{resource_id} was not found, and is listed")


class Refusal(Value):
    """Azure, or a rule of ours, says no. Final: asking again gets the same answer.

    One that says that a resource is not there names it as `absent`: that counts only once it is proved. That of a plan
    has all of its `problems`.
    """

    code: str
    message: str
    absent: str | None = None
    problems: list[Problem] = []
