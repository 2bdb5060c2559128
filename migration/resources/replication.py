"""When a version counts as replicated, how far it is, and how soon to look again.

`provisioningState: Succeeded` proves nothing per region: every wanted region must be Completed with its replicas.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from migration.resources.gallery import ImageVersion, RegionReplication
from migration.resources.states import ProvisioningState, ReplicationState
from migration.values.image_version.regions import TargetRegion
from migration.values.value import Value


class ReplicationQuery(Value):
    """Which version to look at, which regions to look for, and the operation that knows why building failed."""

    image_version_id: str
    target_regions: list[TargetRegion]
    operation_url: str | None = None


class ReplicationReport(Value):
    """One look at a version. `failure` is the reason replication can no longer complete."""

    regions: list[RegionReplication]
    complete: bool = False
    failure: str | None = None
    failure_code: str = "ReplicationFailed"

    @property
    def progress(self) -> int:
        """Progress in percent of the slowest region, since that one is waited for."""
        return min((region.progress for region in self.regions), default=0)

    @property
    def slowest(self) -> RegionReplication | None:
        return min(self.regions, key=lambda region: region.progress, default=None)


def assess(version: ImageVersion, wanted: Sequence[TargetRegion]) -> ReplicationReport:
    """Hold what Azure reports against the regions wanted, by normalised names."""
    regions = [_region(version, region) for region in wanted]
    failed = [region for region in regions if region.state == ReplicationState.FAILED]
    missing = [problem for problem in region_problems(version, wanted) if version.is_settled]
    failure, code = None, "ReplicationFailed"
    if failed:
        reasons = ", ".join(f"{region.name}: {region.details or 'no reason given'}" for region in failed)
        failure = f"replication failed in {reasons}"
    elif version.provisioning_state == ProvisioningState.FAILED:
        failure = "the image version could not be built"
    elif missing:  # nothing adds a region or a replica to a version that is built
        failure, code = "; ".join(missing), "ReplicationIncomplete"
    complete = version.is_settled and not missing and all(region.is_complete for region in regions)
    return ReplicationReport(regions=regions, complete=complete, failure=failure, failure_code=code)


def with_own_regions(version: ImageVersion, wanted: Sequence[TargetRegion]) -> list[TargetRegion]:
    """Return the regions wanted and those the version has besides: somebody added them, and they copy too."""
    names = {region.name for region in wanted}
    return [*wanted, *(region for region in version.target_regions if region.name not in names)]


def timed(
    regions: Iterable[RegionReplication], before: Iterable[RegionReplication], now: datetime
) -> list[RegionReplication]:
    """Return the regions with the time each was first seen complete; `before` is what the last look returned."""
    known = {region.name: region.completed_at for region in before}
    return [
        region.changed(completed_at=known.get(region.name) or now) if region.is_complete else region
        for region in regions
    ]


def _region(version: ImageVersion, wanted: TargetRegion) -> RegionReplication:
    target = next((region for region in version.target_regions if region.name == wanted.name), None)
    told = [region for region in version.replication if region.name == wanted.name]
    undone = (region for region in told if not region.is_complete)  # of several for one region, the worse counts
    found = next(undone, told[0] if told else RegionReplication(name=wanted.name))
    return found.changed(replicas=target.replica_count if target else 0)


def region_problems(version: ImageVersion, wanted: Iterable[TargetRegion]) -> list[str]:
    """Return what the version's own target regions lack of those wanted."""
    has = {region.name: region for region in version.target_regions}
    problems = []
    for region in wanted:
        if region.name not in has:
            problems.append(f"region {region.name} is not among the version's target regions")
        elif has[region.name].replica_count < region.replica_count:
            problems.append(
                f"region {region.name} has {has[region.name].replica_count} replicas, not {region.replica_count}"
            )
    return problems


def next_look(waited: timedelta, progress: int, shortest: timedelta, longest: timedelta) -> timedelta:
    """Return the time until the next look: what is left, if it goes on as the reported progress says it has gone.

    Without progress to judge by, a tenth of the time waited so far: quick images are seen done quickly, and six
    hours take few looks.
    """
    pause = waited / progress * (100 - progress) if progress > 0 else waited / 10
    return min(max(pause, shortest), longest)
