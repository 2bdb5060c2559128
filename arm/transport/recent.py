"""What was read from Azure lately, shared by those who need it at once; no more of it than a process can hold."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

LONGEST_REST = timedelta(milliseconds=300)


class _Reading[Value]:
    """One key's: `found` holds the value once it has been read, `begun_at` is when reading it began, `rests_until` when
    it may begin again.
    """

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.found: list[Value] = []
        self.begun_at = self.rests_until = datetime.min.replace(tzinfo=UTC)

    def serves(self, not_before: datetime) -> bool:
        """Tell whether it was begun late enough; one from later than now was begun before the clock was set back."""
        return bool(self.found) and not_before <= self.begun_at <= datetime.now(UTC)


class Recent[Value]:
    """The values of the `most` keys that were asked for last. What could not be read is not remembered at all.

    A reading that `rests` is begun again only after as many times what it took, and after no more than LONGEST_REST:
    whoever needs it meanwhile is served by the one that is begun then, and Azure is asked less, the more ask.
    """

    def __init__(self, most: int, rests: float = 0) -> None:
        self._most, self._rests = most, rests
        self._readings: OrderedDict[str, _Reading[Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._readings)

    async def get(self, key: str, not_before: datetime, read: Callable[[datetime], Awaitable[Value]]) -> Value:
        """Read, unless somebody else has begun to since `not_before`: whoever waits here meanwhile is served by one.

        `read` is told when it began. It raises what it raises, and then nobody is served.
        """
        reading = self._readings.get(key) or _Reading()
        async with reading.lock:
            self._keep(key, reading)
            if not reading.serves(not_before):
                try:
                    await self._read(reading, read)
                except BaseException:
                    self._forget(key, reading)
                    raise
            return reading.found[0]

    async def _read(self, reading: _Reading[Value], read: Callable[[datetime], Awaitable[Value]]) -> None:
        rest = reading.rests_until - datetime.now(UTC)
        await asyncio.sleep(min(max(rest, timedelta(0)), LONGEST_REST).total_seconds())
        begun_at = datetime.now(UTC)
        reading.found, reading.begun_at = [await read(begun_at)], begun_at
        ended_at = datetime.now(UTC)
        reading.rests_until = ended_at + (ended_at - begun_at) * self._rests

    def _keep(self, key: str, reading: _Reading[Value]) -> None:
        self._readings[key] = reading
        self._readings.move_to_end(key)
        while len(self._readings) > self._most:
            self._readings.popitem(last=False)

    def _forget(self, key: str, reading: _Reading[Value]) -> None:
        """Forget what was never read; what was read earlier still serves who is content with it."""
        if not reading.found and self._readings.get(key) is reading:
            del self._readings[key]
