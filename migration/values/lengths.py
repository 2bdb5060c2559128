"""How long a text or list may be that somebody sends: our own bounds; those of Azure are in `azure_rules`.

A bound holds for what comes in, by a request, a tag, a setting or an event, and not for what is stored: an earlier
release may have let it in, and a record that cannot be read would cost its image. Stored values are read with `STORED`.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationInfo, ValidatorFunctionWrapHandler, WrapValidator

LONGEST_ID = 1024  # of a resource; Azure's have some 400 letters at most
LONGEST_ADDRESS = 2048
LONGEST_REGION = 64
LONGEST_VERSION = 80  # with leading zeros, which others write; that of any name in an id
LONGEST_PLAN_PART = 128  # of a Marketplace plan; Partner Center lets publishers, offers and plans have 50
LONGEST_PERSON = 256
LONGEST_WORDS = 1024  # of a comment or a reason
LONGEST_TOKEN = 128  # of a link, a callback or a run
LONGEST_SECRET = 4096
MOST_REGIONS = 100
MOST_LISTED = 300  # in a setting: approvers, addresses

STORED = {"stored": True}  # the context to validate stored values in


@dataclass(frozen=True)
class AtMost:
    """The most letters of a text, or entries of a list."""

    most: int

    def __call__(self, value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """Return the value as it is read; raises ValueError for one that is too long, unless it is out of storage.

        Of a list that is, no entry is looked at: millions that make no sense would take minutes and all memory.
        """
        if isinstance(value, list | dict):
            self._bounded(value, info)
        return self._bounded(read(value), info)

    def _bounded(self, value: Any, info: ValidationInfo) -> Any:
        if info.context != STORED and len(value) > self.most:
            kind = "entries" if isinstance(value, list | dict) else "letters"
            raise ValueError(f"it has {len(value):,} {kind}; at most {self.most:,} are possible")
        return value


def at_most(most: int) -> WrapValidator:
    """Bound a text or list, as a part of its type."""
    return WrapValidator(AtMost(most))
