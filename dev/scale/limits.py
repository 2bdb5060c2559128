"""How many calls Azure takes: windows of Microsoft.Compute, as recorded, and the buckets of Resource Manager."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from dev.emulator.misbehaving.throttling import WINDOWS
from dev.emulator.wishes.rate_limits import RECORDED_LIMITS, THREE_AND_THIRTY_MINUTES, windows_of
from dev.scale.counted import Call

# "Understand how Azure Resource Manager throttles requests" (read 2026-11-30): for a subscription, a principal and an
# operation type, the size of the bucket and how many a second come back.
BUCKETS = {"reads": (250, 25.0), "writes": (200, 10.0), "deletes": (200, 10.0)}
WAIT_FOR_A_BUCKET = 1.0


@dataclass
class Window:
    """So many calls within so many seconds.

    Where a refused call counts, asking too early keeps the window full. It is not documented for windows of 3 and 30
    minutes, and taken as the worse; limits of a minute are token buckets, which a refusal costs nothing ("Compute
    throttling limits", read 2026-11-30).
    """

    most: int
    seconds: float
    counts_refused: bool
    moments: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> float:
        """Count a call; gives back after how many seconds there is room for one, 0 where there was."""
        while self.moments and self.moments[0] <= now - self.seconds:
            self.moments.popleft()
        is_free = len(self.moments) < self.most
        if is_free or self.counts_refused:
            self.moments.append(now)
        return 0.0 if is_free else max(1.0, self.moments[-self.most] + self.seconds - now)


@dataclass
class Bucket:
    """Tokens that come back at a rate, up to a number."""

    size: int
    rate: float
    left: float
    seen: float

    def take(self, now: float) -> float:
        """Take a token; gives back after how many seconds there is one, 0 where there was."""
        self.left, self.seen = min(self.size, self.left + (now - self.seen) * self.rate), now
        if self.left < 1:
            return WAIT_FOR_A_BUCKET
        self.left -= 1
        return 0.0


class Limits:
    """Those of each subscription, all of it in one region. `refused` counts refusals by what refused."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[int, str], Bucket] = {}
        self._windows: dict[tuple[int, str], list[Window]] = {}
        self.taken = 0
        self.refused: dict[str, int] = defaultdict(int)

    def take(self, subscription: int, call: Call, now: float) -> float:
        """Count a call; gives back how long Azure says to wait, 0 where it was answered."""
        self.taken += 1
        key = (subscription, call.kind)
        if key not in self._buckets:
            size, rate = BUCKETS[call.kind]
            self._buckets[key] = Bucket(size, rate, size, now)
        wait = self._buckets[key].take(now)
        if wait:
            self.refused[f"Resource Manager, {call.kind}"] += 1
            return wait
        for window in self._of(subscription, call.policy) if call.policy else ():
            wait = max(wait, window.take(now))
        if wait:
            self.refused[str(call.policy)] += 1
        return wait

    def _of(self, subscription: int, policy: str) -> list[Window]:
        key = (subscription, policy)
        if key not in self._windows:
            named = zip(windows_of(policy), RECORDED_LIMITS[policy], strict=True)
            self._windows[key] = [
                Window(most, WINDOWS[name].total_seconds(), name in THREE_AND_THIRTY_MINUTES)
                for name, most in named
                if name != "Resource"
            ]
        return self._windows[key]
