"""What was read from Azure lately, shared by those who need it at once; no more of it than a process can hold."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime


class _Reading[Value]:
    """One key's: `found` holds the value once it has been read, `failure` why that failed last; each with when reading
    it began.
    """

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.found: list[Value] = []
        self.failure: Exception | None = None
        self.begun_at = self.failed_at = datetime.min.replace(tzinfo=UTC)


class Recent[Value]:
    """The values of the `most` keys that were asked for last. What could not be read is not remembered at all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._readings: OrderedDict[str, _Reading[Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._readings)

    async def get(self, key: str, not_before: datetime, read: Callable[[datetime], Awaitable[Value]]) -> Value:
        """Read, unless somebody else has begun to since `not_before`: whoever waits here meanwhile is served by one.

        `read` is told when it began. It raises what it raises, for all whom it would have served: whoever waited would
        meet the same, one after another.
        """
        reading = self._readings.get(key) or _Reading()
        failed_before = reading.failure
        async with reading.lock:
            self._keep(key, reading)
            begun_at = datetime.now(UTC)
            if reading.found and not_before <= reading.begun_at <= begun_at:  # later: the clock was set back
                return reading.found[0]
            failure = reading.failure
            if failure is not None and failure is not failed_before and not_before <= reading.failed_at:
                raise failure
            try:
                reading.found, reading.begun_at = [await read(begun_at)], begun_at
            except Exception as error:
                reading.failure, reading.failed_at = error, begun_at
                raise
            finally:
                self._forget(key, reading)
            return reading.found[0]

    def _keep(self, key: str, reading: _Reading[Value]) -> None:
        self._readings[key] = reading
        self._readings.move_to_end(key)
        while len(self._readings) > self._most:
            self._readings.popitem(last=False)

    def _forget(self, key: str, reading: _Reading[Value]) -> None:
        """Forget what was never read; what was read earlier still serves who is content with it."""
        if not reading.found and self._readings.get(key) is reading:
            del self._readings[key]
