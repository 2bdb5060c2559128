"""Replication of an image version, region by region, computed from the clock when somebody reads it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dev.emulator.wishes.settings import Settings
from dev.emulator.world.resources import Resource

_STALLS_AT_PERCENT = 60
_FAILS_AT_PERCENT = 50
_FALLS_AT_PERCENT = 60
_FALLS_TO_PERCENT = 20


@dataclass(frozen=True, slots=True)
class Replica:
    """One region's copy. It completes after `duration`, unless it fails half-way or stalls for good.

    On the way its progress may jump (0, then 100) or suffer a setback (fall from 60 to 20 once).
    """

    region: str
    started: datetime
    duration: timedelta
    failure: str | None = None
    stalls: bool = False
    jumps: bool = False
    setback: bool = False

    @property
    def settled_after(self) -> timedelta | None:
        """When its outcome is known, counted from its start; None: never."""
        if self.stalls:
            return None
        return self.duration * _FAILS_AT_PERCENT / 100 if self.failure else self.duration

    def status(self, now: datetime) -> dict[str, Any]:
        """An entry of replicationStatus.summary; `details` only when there is something to say."""
        percent = self._percent(now)
        if self.stalls:
            return self._entry("Replicating", min(percent, _STALLS_AT_PERCENT))
        if self.failure and percent >= _FAILS_AT_PERCENT:
            return {**self._entry("Failed", _FAILS_AT_PERCENT), "details": self.failure}
        if percent == 100:
            return self._entry("Completed", 100)
        return self._entry("Replicating", self._shown(percent))

    def _shown(self, percent: int) -> int:
        if self.jumps:
            return 0
        if self.setback and percent >= _FALLS_AT_PERCENT:
            return _FALLS_TO_PERCENT + (percent - _FALLS_AT_PERCENT) * 2
        return percent

    def _percent(self, now: datetime) -> int:
        elapsed = now - self.started
        return 100 if elapsed >= self.duration else max(0, int(100 * (elapsed / self.duration)))

    def _entry(self, state: str, percent: int) -> dict[str, Any]:
        return {"region": self.region, "state": state, "progress": percent}


def start(region: str, now: datetime, settings: Settings, failure: str | None, copies: bool) -> Replica:
    """A replica as the settings of this moment have it. A shallow version copies nothing and is complete at once."""
    if not copies:
        return Replica(region, now, timedelta(0))
    return Replica(
        region,
        now,
        settings.replication(region),
        failure=settings.replication_failures.get(region, failure),
        stalls=region in settings.replication_stalls,
        jumps=region in settings.replication_jumps,
        setback=region in settings.replication_setbacks,
    )


def replicas_of(version: Resource) -> dict[str, Replica]:
    """By region. A version that was seeded rather than replicated here has none."""
    replicas: dict[str, Replica] = version.hidden.setdefault("replicas", {})
    return replicas


def status(version: Resource, now: datetime) -> dict[str, Any]:
    """properties.replicationStatus; seeded versions say what they were seeded with, or that all is done."""
    summary = [replica.status(now) for replica in replicas_of(version).values()]
    if not summary:
        return version.properties.get("replicationStatus") or _all_done(version)
    states = {entry["state"] for entry in summary}
    aggregated = "Completed"
    if "Replicating" in states:
        aggregated = "InProgress"
    elif "Failed" in states:
        aggregated = "Failed"
    return {"aggregatedState": aggregated, "summary": summary}


def failures(version: Resource, now: datetime) -> list[dict[str, Any]]:
    statuses = (replica.status(now) for replica in replicas_of(version).values())
    return [entry for entry in statuses if entry["state"] == "Failed"]


def _all_done(version: Resource) -> dict[str, Any]:
    targets = (version.properties.get("publishingProfile") or {}).get("targetRegions") or []
    regions = [str(target["name"]).replace(" ", "").lower() for target in targets]
    summary = [{"region": region, "state": "Completed", "progress": 100} for region in regions]
    return {"aggregatedState": "Completed", "summary": summary}
