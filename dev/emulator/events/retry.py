"""When a failed delivery is tried again: Event Grid's documented schedule. Pure rules, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

DELIVERED = range(200, 205)
NEVER_RETRIED = frozenset({400, 403, 413})
MOST_ATTEMPTS = 30
TIME_TO_LIVE = timedelta(days=1)
_DELAYS = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
_LEAST_DELAYS = {
    401: timedelta(minutes=5),
    404: timedelta(minutes=5),
    408: timedelta(minutes=2),
    503: timedelta(seconds=30),
}


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """No further attempt, and why, in the service's words."""

    reason: str


def after_failure(status: int | None, attempts: int, published: datetime, now: datetime) -> datetime | DeadLetter:
    """What follows the `attempts`-th failure; status None means there was no answer at all."""
    if status in NEVER_RETRIED:
        return DeadLetter("UndeliverableDueToClientError")
    if attempts >= MOST_ATTEMPTS:
        return DeadLetter("MaxDeliveryAttemptsExceeded")
    delay = max(_DELAYS[min(attempts, len(_DELAYS)) - 1], _LEAST_DELAYS.get(status or 0, timedelta()))
    if now + delay > published + TIME_TO_LIVE:
        return DeadLetter("TimeToLiveExceeded")
    return now + delay
