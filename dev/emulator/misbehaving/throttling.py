"""Rate limits of Microsoft.Compute: per policy, subscription and region, over windows of emulated time.

The limits are settings (`rateLimits`), multiplied by `rateLimitFactor`: 1 is what was recorded, the default is
generous. Refused calls count too, so asking again too early keeps the window full.
"""

import json
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.regions import normalized
from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.wishes.rate_limits import THREE_AND_THIRTY_MINUTES, are_older, policy_of, shown_name, windows_of
from dev.emulator.wishes.throttling_errors import COMPUTE_REQUESTS_THROTTLED, THROTTLED_INSIDE
from dev.emulator.world import World
from dev.emulator.world.clock import arm_timestamp

WINDOWS = {
    "3Min": timedelta(minutes=3),
    "30Min": timedelta(minutes=30),
    "Resource": timedelta(minutes=1),
    "SubscriptionMaximum": timedelta(minutes=1),
}


@dataclass(slots=True)
class _Count:
    """Moments of calls within the longest window, oldest first."""

    moments: list[datetime] = field(default_factory=list)

    def within(self, window: timedelta, now: datetime) -> int:
        return len(self.moments) - bisect_right(self.moments, now - window)

    def add(self, now: datetime) -> None:
        gone = bisect_right(self.moments, now - max(WINDOWS.values()))
        if gone > len(self.moments) // 2:
            del self.moments[:gone]
        self.moments.append(now)


def install(world: World) -> None:
    throttle = Throttle()
    world.rate_limit_rule = throttle.admit
    world.on_reset.append(throttle.forget)


class Throttle:
    """Counts the calls of one world."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], _Count] = defaultdict(_Count)

    def forget(self) -> None:
        self._counts.clear()

    def admit(self, world: World, request: ArmRequest) -> dict[str, str]:
        """The headers that say what remains; raises ArmError when nothing does."""
        path = request.path
        policy = policy_of(request.method, path, request.api_version)
        if policy is None:
            return {}
        now, region = world.clock.now(), _region(world, request)
        remaining: dict[str, int] = {}
        for name, limit in _limits(world, policy, request.api_version):
            counted_at = path.lower() if name == "Resource" else path.split("/")[2].lower()
            count = self._counts[policy + name, counted_at, region]
            count.add(now)
            group = shown_name(policy) + name
            remaining[group] = limit - count.within(WINDOWS[name], now)
            if remaining[group] < 0:
                raise _refusal(world, group, limit, count, WINDOWS[name])
        shown = ",".join(f"Microsoft.Compute/{name};{left}" for name, left in remaining.items())
        return {"x-ms-ratelimit-remaining-resource": shown}


def _limits(world: World, policy: str, api_version: str) -> list[tuple[str, int]]:
    """The windows of the policy by name, each with the calls allowed in it."""
    if are_older(policy, api_version):
        return list(zip(THREE_AND_THIRTY_MINUTES, world.settings.older_rate_limit(policy), strict=True))
    return list(zip(windows_of(policy), world.settings.rate_limit(policy), strict=True))


def _region(world: World, request: ArmRequest) -> str:
    """Of the resource, of the one around it, or as the body says; lists of a whole scope are in no region."""
    known, sent_location = request.path, request.body.get("location")
    while known.lower().count("/") > 5:
        resource = world.resources.get(known)
        if resource and resource.location:
            return resource.location
        known = known.rpartition("/")[0]
    location = re.search("/locations/([^/]+)/", request.path, re.IGNORECASE)
    sent = sent_location if isinstance(sent_location, str) else ""
    return normalized(location[1] if location else sent)


def _refusal(world: World, group: str, limit: int, count: _Count, window: timedelta) -> ArmError:
    now = world.clock.now()
    measured = count.within(window, now)
    oldest = count.moments[-measured]
    usage = {
        "operationGroup": group,
        "startTime": arm_timestamp(oldest),
        "endTime": arm_timestamp(oldest + window),
        "allowedRequestCount": limit,
        "measuredRequestCount": measured,
    }
    free = count.moments[-limit] if limit else now
    wait = free + window - now
    advice = {"Retry-After": str(world.clock.retry_after_seconds(max(1, round(wait.total_seconds()))))}
    return ArmError(
        COMPUTE_REQUESTS_THROTTLED,
        details=[{"code": "TooManyRequests", "target": group, "message": json.dumps(usage, separators=(",", ":"))}],
        inner_error=THROTTLED_INSIDE,
        more_headers=advice if world.settings.throttled_with_retry_after else {},
    )
