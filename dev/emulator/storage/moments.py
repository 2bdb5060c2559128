"""Moments as the service counts them: ticks of 100 nanoseconds, written with up to seven digits of a second."""

import re
from datetime import UTC, datetime, timedelta

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_FORM = re.compile(r"(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?)(?:\.(\d{1,7})\d*)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_PER_SECOND = 10**7


def ticks_of(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _BEGINNING) // timedelta(microseconds=1) * 10


def ticks_in(text: str) -> int:
    """Of an ISO date and time, UTC unless it says otherwise; raises ValueError."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueError(f"not a moment: {text}")
    whole, fraction, zone = form.groups()
    moment = datetime.fromisoformat(whole + (zone or "Z") if "T" in whole else f"{whole}T00:00:00Z")
    return ticks_of(moment) + int((fraction or "").ljust(7, "0"))


def text_of(ticks: int, digits: int | None = None) -> str:
    """Without idle zeros, or with exactly so many digits of a second."""
    whole = _BEGINNING + timedelta(seconds=ticks // _PER_SECOND)
    fraction = f"{ticks % _PER_SECOND:07}"
    fraction = fraction.rstrip("0") if digits is None else fraction[:digits]
    return whole.strftime(f"{whole.year:04}-%m-%dT%H:%M:%S") + (f".{fraction}" if fraction else "") + "Z"
