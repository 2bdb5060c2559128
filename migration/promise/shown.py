"""What is shown of the promise beside its checks, to page and API alike: regions as they are judged, and users."""

from collections.abc import Iterable
from datetime import datetime

from migration.plan.plan import Plan
from migration.promise.evidence import Consumer
from migration.resources.gallery import ImageVersion, RegionReplication
from migration.resources.replication import assess, with_own_regions
from migration.values.value import Value

MOST_IDS = 50  # of users of one kind


class JudgedRegion(RegionReplication):
    """A region with how its replicas are stored."""

    storage: str


class UsersOfKind(Value):
    """Those of one kind who use or name a source: how many, and the ids of the first."""

    kind: str
    count: int
    ids: list[str]


class SinceSoak(Value):
    """Machines and scale sets made since a soak began, from the version and still from the source, and who needs that
    yet; None where that could not be read, and `unread` says why. Of those made `from_some_version` Azure tells the
    definition alone, of the `undated` not when they were made.
    """

    began_at: datetime
    from_version: int | None = None
    from_some_version: int = 0
    from_source: int | None = None
    users_left: int | None = None
    undated: int = 0
    unread: str | None = None

    @property
    def in_words(self) -> str:
        """Say it in a sentence."""
        since = f"Since {self.began_at:%Y-%m-%d %H:%M} UTC"
        if self.unread is not None:
            return f"{since}: what was made from the version and from the source could not be read: {self.unread}"
        undated = f"; of {self.undated} more it is not known when they were made" if self.undated else ""
        some = f", from one or another of its definition: {self.from_some_version}" if self.from_some_version else ""
        made = f"made from the version: {self.from_version}{some}, from the source: {self.from_source}{undated}"
        return f"{since}: {made}; users of the source left: {self.users_left}"


def regions_judged(plan: Plan, version: ImageVersion | None) -> list[JudgedRegion]:
    """Return each region as the check of replicas sees it, also one that the version lacks."""
    if version is None:
        return []
    wanted = with_own_regions(version, plan.target_regions)
    storage = {region.name: region.storage_account_type for region in [*wanted, *version.target_regions]}
    found = assess(version, wanted).regions
    return [JudgedRegion.model_validate({**region.dump(), "storage": storage[region.name]}) for region in found]


def users_by_kind(consumers: Iterable[Consumer]) -> list[UsersOfKind]:
    """Return the users of each kind, in the order of their ids; of a crowd only the first are named."""
    by_kind: dict[str, list[str]] = {}
    for one in consumers:
        by_kind.setdefault(one.kind, []).append(one.id)
    return [
        UsersOfKind(kind=kind, count=len(ids), ids=sorted(ids, key=str.lower)[:MOST_IDS])
        for kind, ids in sorted(by_kind.items())
    ]


def used_by(consumers: Iterable[Consumer]) -> str | None:
    """Say in a few words who uses a source; None where nobody does."""
    users = sorted(f"{one.kind} {one.id.rpartition('/')[2]}" for one in consumers)
    if not users:
        return None
    return f"it is used by {users[0]}{f' (and {len(users) - 1} more)' if len(users) > 1 else ''}"
