"""What stands before an activity on stage, or answers in place of Azure: refusals and errors, so many times."""

from collections.abc import Awaitable, Callable
from typing import Any

from arm.transport.errors import ArmThrottledError

type Real = Callable[[Any], Awaitable[Any]]
type Hook = Callable[[Any, Real], Any]


def throttled(seconds: float, times: int = 1) -> Callable[..., None]:
    """What Azure answers as often as this, and then there is nothing: a 429."""
    left = [ArmThrottledError("Throttled", "too many requests", seconds)] * times

    def answer(*_: Any, **__: Any) -> None:
        if left:
            raise left.pop()

    return answer


def first(times: int, error: Exception) -> Hook:
    """Let an activity fail as often as this, and then do what it does."""
    left = [error] * times

    def hook(told: Any, real: Real) -> Any:
        if left:
            raise left.pop()
        return real(told)

    return hook
