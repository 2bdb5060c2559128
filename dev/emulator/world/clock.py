"""The emulator's only source of time: real time times a factor, plus what was advanced by hand."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Speed 60 lets a minute pass in a second; speed 0 stops time, so that only `advance` moves it."""

    def __init__(self, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._moment = datetime.now(UTC)
        self._read_at_seconds = monotonic()
        self._speed = _checked(speed)

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, factor: float) -> None:
        self._moment, self._read_at_seconds = self.now(), self._monotonic()
        self._speed = _checked(factor)

    def now(self) -> datetime:
        return self._moment + timedelta(seconds=(self._monotonic() - self._read_at_seconds) * self._speed)

    def advance(self, span: timedelta) -> datetime:
        if span < timedelta(0):
            raise ValueError("time only moves forward")
        self._moment += span
        return self.now()

    def real_seconds_until(self, moment: datetime) -> float:
        """How long a caller in real time has to wait for `moment`; infinite while time is stopped."""
        left = (moment - self.now()).total_seconds()
        if left <= 0:
            return 0.0
        return left / self._speed if self._speed else math.inf

    def retry_after_seconds(self, real_service_seconds: int) -> int:
        """Clients sleep in real seconds, so the service's advice shrinks as time runs faster."""
        return max(1, math.ceil(real_service_seconds / self._speed)) if self._speed else 1


def _checked(speed: float) -> float:
    if not math.isfinite(speed) or speed < 0:
        raise ValueError(f"speed must be zero or a positive number, not {speed}")
    return speed


def arm_timestamp(moment: datetime) -> str:
    """As poll bodies and dates inside resources are written: seven digits of a second, numeric offset."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0+00:00"
