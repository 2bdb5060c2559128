"""What is shown of the promise beside its checks, to page and API alike: regions as they are judged, and users."""

from collections.abc import Iterable

from migration.plan.destination.marketplace import lineage_told
from migration.plan.plan import Plan
from migration.promise.evidence import Consumer
from migration.resources.gallery import ImageVersion, RegionReplication
from migration.resources.replication import assess, with_own_regions
from migration.values.image_version.lineage import Validation
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
