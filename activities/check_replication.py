"""Step 4: one look at how far the replication is."""

from arm.operations import follow
from arm.versions import find_version
from migration.resources.replication import ReplicationQuery, ReplicationReport, assess, with_own_regions


async def check_replication(query: ReplicationQuery) -> ReplicationReport:
    """Look once. A build that failed is explained by its operation, which alone knows why."""
    version = await find_version(query.image_version_id)
    if version is None:
        return ReplicationReport(
            regions=[], failure="the image version no longer exists", failure_code="VersionNotFound"
        )
    report = assess(version, with_own_regions(version, query.target_regions))
    if report.failure is None or query.operation_url is None:
        return report
    status = await follow(query.operation_url)
    if status.state != "Failed":
        return report
    return report.model_copy(update={"failure": status.message, "failure_code": status.code})
