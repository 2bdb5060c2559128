"""Version numbers of image versions: `Major.Minor.Patch`, each a 32-bit integer.

Azure keeps them as they were written, and others number by date: `2024.02.09` is 2024.2.9.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from migration.values.azure_rules import LARGEST_VERSION_PART as LARGEST_PART

FIRST_VERSION = "1.0.0"

_PART = "0*([0-9]{1,10})"
_VERSION = re.compile(rf"{_PART}\.{_PART}\.{_PART}")


class VersionInvalidError(ValueError):
    """A text that is not `Major.Minor.Patch`."""


class VersionNumber(NamedTuple):
    """A version that compares numerically: 1.0.10 comes after 1.0.9."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> "VersionNumber":
        match = _VERSION.fullmatch(text.strip())
        if match is None or any(int(part) > LARGEST_PART for part in match.groups()):
            raise VersionInvalidError(
                f"'{text}' is not a version: write Major.Minor.Patch, each an integer from 0 to {LARGEST_PART}"
            )
        return cls(*(int(part) for part in match.groups()))

    def successor(self) -> "VersionNumber":
        """Return the next number; a full part carries over. Raises VersionInvalidError after the last."""
        if self.patch < LARGEST_PART:
            return self._replace(patch=self.patch + 1)
        if self.minor < LARGEST_PART:
            return VersionNumber(self.major, self.minor + 1, 0)
        if self.major < LARGEST_PART:
            return VersionNumber(self.major + 1, 0, 0)
        raise VersionInvalidError(f"no version number comes after {self}")

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def next_version(existing: Iterable[str]) -> str:
    """Return the version after the numerically highest of `existing`; the first is 1.0.0.

    Names that are no versions do not count. Raises VersionInvalidError when no number is left.
    """
    numbers = [number for number in map(number_of, existing) if number]
    return str(max(numbers).successor()) if numbers else FIRST_VERSION


def number_of(name: str) -> VersionNumber | None:
    """Return the number that a version's name is, or None."""
    try:
        return VersionNumber.parse(name)
    except VersionInvalidError:
        return None
