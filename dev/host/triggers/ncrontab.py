"""When timer triggers fire: NCRONTAB expressions (six fields, or five without seconds) and time spans."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from dev.host.settings import HostSettingsError, parse_time_span

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_YEARS_AHEAD = 9  # 29 February of a year after one like 2100


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
    """The allowed values of each field. Day of month and day of week must both match, unlike in cron."""

    seconds: list[int]
    minutes: list[int]
    hours: list[int]
    days: list[int]
    months: list[int]
    weekdays: list[int]

    def next_after(self, moment: datetime) -> datetime:
        candidate = moment.replace(microsecond=0) + timedelta(seconds=1)
        day = candidate.replace(hour=0, minute=0, second=0)
        for _ in range(366 * _YEARS_AHEAD):
            if self._fires_on(day) and (found := self._first_at_or_after(max(day, candidate))):
                return found
            day += timedelta(days=1)
        raise ScheduleInvalidError("The schedule never fires")

    def _fires_on(self, day: datetime) -> bool:
        weekday = (day.weekday() + 1) % 7  # Sunday is 0
        return day.month in self.months and day.day in self.days and weekday in self.weekdays

    def _first_at_or_after(self, moment: datetime) -> datetime | None:
        """The first time on the moment's own day."""
        earliest = (moment.hour, moment.minute, moment.second)
        for hour in self.hours:
            if hour < moment.hour:
                continue
            for minute in self.minutes:
                for second in self.seconds:
                    if (hour, minute, second) >= earliest:
                        return moment.replace(hour=hour, minute=minute, second=second)
        return None


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
    return Crontab(
        _values(fields[0], 0, 59, []),
        _values(fields[1], 0, 59, []),
        _values(fields[2], 0, 23, []),
        _values(fields[3], 1, 31, []),
        _values(fields[4], 1, 12, _MONTHS),
        sorted({day % 7 for day in _values(fields[5], 0, 7, _DAYS)}),
    )


def _values(field: str, low: int, high: int, names: list[str]) -> list[int]:
    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, last = _span(span, low, high, names, open_ended=bool(step))
        if not (low <= first <= last <= high) or (step and not step.isdigit()) or step == "0":
            raise ScheduleInvalidError(f"'{part}' is not within {low} and {high}")
        values.update(range(first, last + 1, int(step or 1)))
    return sorted(values)


def _span(text: str, low: int, high: int, names: list[str], *, open_ended: bool) -> tuple[int, int]:
    if text in ("*", "?"):
        return low, high
    first, dash, last = text.partition("-")
    start = _number(first, low, names)
    if dash:
        return start, _number(last, low, names)
    return start, high if open_ended else start


def _number(text: str, low: int, names: list[str]) -> int:
    lowered = text.lower()[:3]
    if lowered in names:
        return names.index(lowered) + low
    if not text.isdigit():
        raise ScheduleInvalidError(f"'{text}' is not a number")
    return int(text)
