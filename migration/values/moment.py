"""A moment that is kept: with its zone, and far enough from the ends of time that a patience can be added to it."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _of_our_time(at: datetime) -> datetime:
    if not _FIRST <= at < _LAST:
        raise ValueError("it is no moment of this time")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
