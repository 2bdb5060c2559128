"""Lengths of time, in words."""

from datetime import timedelta

_UNITS = (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3_600), ("minute", 60))  # in seconds


def in_words(span: timedelta) -> str:
    """Return a length of time in its two largest units, e.g. `6 days and 23 hours`."""
    found: list[str] = []
    seconds = span.total_seconds()
    for unit, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count >= 1:
            found.append(f"{count:.0f} {unit}{'s' * (count > 1)}")
        elif found:
            break
    return " and ".join(found[:2]) or "less than a minute"


def roughly(span: timedelta) -> str:
    """Return a length of time in its largest unit, e.g. `6 days`: as much as a list has to tell."""
    return in_words(span).partition(" and ")[0]
