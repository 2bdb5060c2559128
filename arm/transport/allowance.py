"""How much of what Azure allows is left, by what its answers say: whoever reads much leaves some of it to the others.

`x-ms-ratelimit-remaining-resource` names each limit that a call counted against, and how many calls are left of it
(Microsoft.Compute/HighCostGet3Min;137,...). It does not say how many there were: the most ever seen counts for that.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from time import monotonic
from typing import NamedTuple

from arm.transport.errors import ArmThrottledError

HEADER = "x-ms-ratelimit-remaining-resource"
KEPT_FOR_OTHERS = 0.1  # of each limit
LOOK_AGAIN_SECONDS = 60.0  # the windows are of three minutes, and refill in between
MOST_SUBSCRIPTIONS = 1000  # each has some twenty limits
LOW = "AllowanceLow"
_LIMIT = re.compile(r"([\w./-]+);([0-9]{1,9})")
_OF_A_SUBSCRIPTION = re.compile(r"/subscriptions/([^/?]+)", re.IGNORECASE)
_FOR_MANY = ("list", "highcost")  # limits of lists, in lower case: those of one resource are no measure of the whole


class _Left(NamedTuple):
    """How many calls are left of a limit, of how many at least, and when that was said (`monotonic`)."""

    calls: int
    most: int
    at: float


_left: OrderedDict[str, dict[str, _Left]] = OrderedDict()  # by subscription, by the name of the limit


def note_left(url: str, headers: Mapping[str, str]) -> None:
    """Remember what an answer says is left."""
    place = _OF_A_SUBSCRIPTION.search(url)
    told = _LIMIT.findall(headers.get(HEADER) or "")
    if place is None or not told:
        return
    limits = _left.setdefault(place[1].lower(), {})
    _left.move_to_end(place[1].lower())
    for name, calls in told:
        known = limits.get(name)
        limits[name] = _Left(int(calls), max(int(calls), known.most if known else 0), monotonic())
    while len(_left) > MOST_SUBSCRIPTIONS:
        _left.popitem(last=False)


def get_wait_seconds(subscription: str) -> float:
    """Return how long whoever lists much in a subscription had better wait: nothing, while enough is left."""
    now = monotonic()
    limits = _left.get(subscription.lower(), {})
    waits = [left.at + LOOK_AGAIN_SECONDS - now for name, left in limits.items() if _is_low(name, left)]
    return max([0.0, *waits])


def get_leave_to_list(subscription: str) -> None:
    """Raise ArmThrottledError where little is left, before Azure has to refuse it to everybody."""
    seconds = get_wait_seconds(subscription)
    if seconds > 0:
        message = f"little is left of what Azure allows in subscription {subscription}, and is kept for migrations"
        raise ArmThrottledError(LOW, message, seconds)


def _is_low(name: str, left: _Left) -> bool:
    own = name.rpartition("/")[2].lower()
    return own.startswith(_FOR_MANY) and left.calls < left.most * KEPT_FOR_OTHERS
