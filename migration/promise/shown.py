"""What is shown of the promise beside its checks, to page and API alike: regions as they are judged, and users."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from migration.plan.destination.marketplace import lineage_told
from migration.plan.plan import Plan
from migration.promise.evidence import Consumer, Evidence, Part
from migration.resources.gallery import ImageVersion, RegionReplication
from migration.resources.replication import assess, with_own_regions
from migration.users.kinds import KINDS, MACHINES, Blocks, Kind, Source, kind_of
from migration.values.image_version.lineage import Validation
from migration.values.value import Value

MOST_IDS = 50  # of users of one kind


class JudgedRegion(RegionReplication):
    """A region with how its replicas are stored."""

    storage: str


class UsersOfKind(Value):
    """Those of one kind who use or name a source: how many, and the ids of the first.

    `kind` is a key of `migration/users/kinds.py`; `type` the resource type of what is of no kind that is known.
    """

    kind: str
    type: str = ""
    words: str = ""
    count: int
    ids: list[str]


class Looked(StrEnum):
    """What came of looking for a kind of users."""

    FOUND = "found"
    NONE = "none"
    NOT_LOOKED_FOR = "notLookedFor"


class KindShown(Value):
    """A kind of users, and what came of looking for it. `because` is why it was not looked for, or not everywhere.

    `effect` is what becomes of one without the image, `source` who tells of it; `blocks` whether it keeps the image by
    the settings of now.
    """

    kind: str
    words: str
    plural: str
    effect: str
    source: str
    blocks: bool
    state: Looked
    because: str | None = None
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


def remarks(plan: Plan, version: ImageVersion | None) -> list[str]:
    """Return what Azure itself says of a version, in sentences: shown beside the checks, and no part of them."""
    if version is None:
        return []
    told = [lineage_told(plan, version.lineage)] if version.lineage else []
    return [*told, *(_validated(one) for one in version.validations)]


def _validated(one: Validation) -> str:
    when = f", of {one.executed_at:%Y-%m-%d %H:%M} UTC" if one.executed_at else ""
    return f"Validated by Azure itself as {one.type}{when}: {one.status}."


def kinds_shown(evidence: Evidence, blocking: frozenset[str]) -> list[KindShown]:
    """Return every kind of users with what came of looking for it: found, none, or not looked for, and why."""
    found: dict[str, list[str]] = {}
    for one in evidence.users:
        found.setdefault(one.kind, []).append(one.id)
    known = {kind.key for kind in KINDS}
    return [
        _kind_shown(kind, evidence, found.get(kind.key, []), blocking)
        for kind in [*KINDS, *map(kind_of, sorted(found.keys() - known))]
    ]


def _kind_shown(kind: Kind, evidence: Evidence, ids: list[str], blocking: frozenset[str]) -> KindShown:
    because = _unread(kind, evidence)
    state = Looked.FOUND if ids else Looked.NOT_LOOKED_FOR if because else Looked.NONE
    return KindShown(
        kind=kind.key,
        words=kind.counted(len(ids)) if ids else kind.plural,
        plural=kind.plural,
        effect=kind.effect,
        source=kind.source,
        blocks=kind.key in blocking or kind.blocks is Blocks.ALWAYS,
        state=state,
        because=because,
        count=len(ids),
        ids=sorted(ids, key=str.lower)[:MOST_IDS],
    )


def _unread(kind: Kind, evidence: Evidence) -> str | None:
    """Say why those of a kind were not looked for, or not everywhere; None where they were."""
    if kind.source is Source.GRAPH:
        why = evidence.unread.get(Part.MENTIONS)
        return why.message if why else evidence.unlooked.get(kind.key)
    why = evidence.unread.get(Part.MACHINES if kind is MACHINES else Part.CONSUMERS)
    return why.message if why else None


def users_by_kind(consumers: Iterable[Consumer]) -> list[UsersOfKind]:
    """Return the users of each kind, in the order of their ids; of a crowd only the first are named."""
    by_kind: dict[tuple[str, str, str], list[str]] = {}
    for one in consumers:
        by_kind.setdefault((one.kind, one.type, one.words), []).append(one.id)
    return [
        UsersOfKind(kind=kind, type=type_, words=words, count=len(ids), ids=sorted(ids, key=str.lower)[:MOST_IDS])
        for (kind, type_, words), ids in sorted(by_kind.items())
    ]


def used_by(consumers: Iterable[Consumer]) -> str | None:
    """Say in a few words who uses a source; None where nobody does."""
    users = sorted(f"{one.words} {one.id.rpartition('/')[2]}" for one in consumers)
    if not users:
        return None
    return f"it is used by {users[0]}{f' (and {len(users) - 1} more)' if len(users) > 1 else ''}"
