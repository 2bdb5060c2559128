"""What existed when: what a service that learns of changes late needs. Kept only while a setting asks for it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta

from dev.emulator.world.resources import Resource

_Version = tuple[datetime, Resource | None]
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class Past:
    """The versions of every resource by id, oldest first; None says that it was gone."""

    def __init__(self) -> None:
        self._versions: dict[str, list[_Version]] = {}
        self._has_begun = False

    def observe(self, resources: Iterable[Resource], at: datetime, kept: timedelta) -> None:
        """Notes what has changed since it was last looked at, and forgets what nobody can ask for any more."""
        since = at if self._has_begun else _ALWAYS
        present = {resource.id.lower(): resource for resource in resources}
        for key in present.keys() | self._versions.keys():
            versions = self._versions.setdefault(key, [])
            known, now = versions[-1][1] if versions else None, present.get(key)
            if known != now:
                versions.append((since, deepcopy(now)))
            del versions[: self._place(versions, at - kept)]
        self._has_begun = True

    def as_of(self, moment: datetime) -> Iterator[Resource]:
        """What existed then; what was there at the first look has always been there."""
        for versions in self._versions.values():
            since, resource = versions[self._place(versions, moment)]
            if resource is not None and since <= moment:
                yield resource

    @staticmethod
    def _place(versions: list[_Version], moment: datetime) -> int:
        """Of the version that held at a moment, or the first if all are later."""
        return max(0, bisect_right(versions, moment, key=lambda version: version[0]) - 1)
