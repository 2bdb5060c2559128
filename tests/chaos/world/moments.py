"""Just before or after a call of the app: what somebody waits for to do something then."""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from dev.emulator.front_door.gateway import RawCall

type When = Literal["before", "after"]


class Moment(NamedTuple):
    """The n-th call from now of this method (any: `*`) on a path like this (a regular expression), and what is done."""

    when: When
    method: str
    path: str
    left: int
    act: Callable[[], None]

    def is_of(self, when: When, call: RawCall) -> bool:
        is_method = self.method in ("*", call.method)
        return when == self.when and is_method and re.search(self.path, call.path, re.IGNORECASE) is not None


class Moments:
    """Those that are waited for, in the order in which somebody asked."""

    def __init__(self) -> None:
        self._waiting: list[Moment] = []

    def wait_for(self, when: When, method: str, path: str, calls: int, act: Callable[[], None]) -> None:
        self._waiting.append(Moment(when, method, path, calls, act))

    def forget(self) -> None:
        self._waiting.clear()

    def reach(self, when: When, call: RawCall) -> None:
        """Count a call down, and do what was waiting for it."""
        counted = [one._replace(left=one.left - one.is_of(when, call)) for one in self._waiting]
        self._waiting = [one for one in counted if one.left > 0]
        for one in counted:
            if one.left <= 0:
                one.act()
