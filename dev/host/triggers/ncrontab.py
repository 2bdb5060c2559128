"""When timer triggers fire: NCRONTAB expressions (six fields, or five without seconds) and time spans.

croniter works the moments out. What it reads otherwise than the NCrontab library of the Functions host does is put
into its words here, and what only croniter knows is refused: such a timer would not start in Azure.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from croniter import CroniterError, croniter

from dev.host.settings import HostSettingsError, parse_time_span

_MONTHS = (
    "",  # there is no month 0
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_NAMES_OF_FIELDS: tuple[tuple[str, ...], ...] = ((), (), (), (), _MONTHS, _DAYS)
_PART = re.compile(r"(?:\*|(?P<first>\w{1,9})(?:-(?P<last>\w{1,9}))?)(?P<step>/\d{1,9})?", re.ASCII)


class ScheduleInvalidError(Exception):
    """Neither an NCRONTAB expression nor a time span."""


class Schedule(Protocol):
    """Says when to fire next."""

    def next_after(self, moment: datetime) -> datetime: ...


@dataclass(frozen=True)
class Interval:
    """Every so often."""

    period: timedelta

    def next_after(self, moment: datetime) -> datetime:
        return moment + self.period


@dataclass(frozen=True)
class Crontab:
    """Six fields in croniter's words. Day of month and day of week must both match, unlike in cron."""

    expression: str

    def next_after(self, moment: datetime) -> datetime:
        try:
            return croniter(self.expression, moment, day_or=False, second_at_beginning=True).get_next(datetime)
        except CroniterError as error:
            raise ScheduleInvalidError(f"The schedule never fires: {error}") from error


def parse_schedule(text: str) -> Schedule:
    fields = text.split()
    if len(fields) == 1:
        try:
            return Interval(parse_time_span(text))
        except HostSettingsError as error:
            raise ScheduleInvalidError(str(error)) from error
    if len(fields) == 5:
        fields = ["0", *fields]
    if len(fields) != 6:
        raise ScheduleInvalidError(f"'{text}' has {len(fields)} fields, not six")
    expression = " ".join(_field(*each) for each in zip(fields, _NAMES_OF_FIELDS, strict=True))
    try:
        croniter.expand(expression, second_at_beginning=True)
    except CroniterError as error:
        raise ScheduleInvalidError(f"'{text}' is no schedule: {error}") from error
    return Crontab(expression)


def _field(text: str, names: tuple[str, ...]) -> str:
    return ",".join(_part(part, names) for part in text.split(","))


def _part(part: str, names: tuple[str, ...]) -> str:
    """In numbers. `5-5` is 5 to NCrontab, and any value to croniter.

    `5-1`, which NCrontab turns round and croniter takes across the end, is refused: nobody means both.
    """
    match = _PART.fullmatch(part)
    if not match:
        raise ScheduleInvalidError(f"'{part}' is no value, range or step")
    if not match["first"]:
        return part
    step = match["step"] or ""
    first = _number(match["first"], names)
    if not match["last"]:
        return f"{first}{step}"
    last = _number(match["last"], names)
    if last < first:
        raise ScheduleInvalidError(f"'{part}' ends before it begins")
    return str(first) if first == last else f"{first}-{last}{step}"


def _number(text: str, names: tuple[str, ...]) -> int:
    """A name may be cut short anywhere. Sunday is 0 only; 7, which cron knows too, is nothing to NCrontab."""
    if not text.isdigit():
        number = next((at for at, name in enumerate(names) if name.startswith(text.lower())), None)
    else:
        number = int(text) if not names or int(text) < len(names) else None
    if number is None:
        raise ScheduleInvalidError(f"'{text}' is not a number or name of its field")
    return number
