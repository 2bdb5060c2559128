"""A soak: the time between two questions in which an accepted version is in use, and its source still there.

Its rules are moves of the record (`migration/record/soaking/`).
"""

from datetime import datetime, timedelta

from migration.resources.copy_identity import CopyIdentity
from migration.values.value import Moment, Stored

SHORTEST_GRACE = timedelta(days=7)


class Postponed(Stored):
    """Why the second question is not asked yet: since when, and when it is looked at again."""

    code: str
    message: str
    since: Moment
    next_look_at: Moment
    reminded_at: Moment | None = None


class Soak(Stored):
    """A soak of one version, from `began_at` until `until`; `served` tells that the second question may be asked.

    Whatever still needs the source then postpones the question, but not beyond `limit`.
    """

    began_at: Moment
    until: Moment
    copied: CopyIdentity
    looked_at: Moment | None = None
    postponed: Postponed | None = None
    served: bool = False

    @property
    def limit(self) -> datetime:
        """When the source is kept for good if something still needs it: as long again, and at least a week."""
        return self.until + max(self.until - self.began_at, SHORTEST_GRACE)

    @property
    def next_look_at(self) -> datetime:
        """When it is looked at next whether the question may be asked."""
        return max(self.until, self.postponed.next_look_at) if self.postponed else self.until
