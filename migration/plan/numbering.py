"""Which version number a migration gets, and which existing version is its own from an earlier run."""

from collections.abc import Iterable
from typing import NamedTuple

from migration.asking.request import AUTO_VERSION
from migration.asking.tags import find_tag
from migration.plan.plan import Findings
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.provenance import MIGRATION_TAG, OUTCOME_TAG, SOURCE_CONTENT_TAG
from migration.values.ids import same_id
from migration.values.outcome import OutcomeKind
from migration.values.versions import FIRST_VERSION, VersionInvalidError, VersionNumber, next_version


class PlannedVersion(NamedTuple):
    """A version number; `adopt` where this migration has created it before."""

    number: str
    is_auto: bool
    adopt: bool


def made_by(version: ImageVersion, migration_id: str) -> bool:
    """Tell whether a version bears the tag of this migration."""
    return find_tag(version.tags, MIGRATION_TAG) == migration_id


def is_ours(version: ImageVersion, source: ManagedImage, migration_id: str) -> bool:
    """Tell whether this very migration created the version: from this image, with its id on the version's tags.

    Names return: an image built anew under the name of one that was migrated has the same id, and other disks. Its
    version is another one, or the delete of the source would be the loss of the only copy.
    """
    return (
        same_id(version.source_id, source.id)
        and made_by(version, migration_id)
        and find_tag(version.tags, SOURCE_CONTENT_TAG) == source.content
        and find_tag(version.tags, OUTCOME_TAG) != OutcomeKind.MIGRATED  # then its source was deleted
    )


def plan_version(
    wanted: str, versions: Iterable[ImageVersion], source: ManagedImage, migration_id: str, findings: Findings
) -> PlannedVersion:
    """Choose the number. `versions` are all versions of the definition, over all pages."""
    existing = list(versions)
    ours = [version for version in existing if is_ours(version, source, migration_id)]
    _check_in_flight([version for version in existing if version not in ours], source.id, findings)
    if wanted != AUTO_VERSION:
        return _fixed(wanted, existing, ours, findings)
    if ours:
        latest = max(ours, key=lambda version: VersionNumber.parse(version.name))
        findings.note(f"version {latest.name} was created by an earlier run of this migration and is used again")
        return PlannedVersion(latest.name, is_auto=True, adopt=True)
    return PlannedVersion(_next(existing, findings), is_auto=True, adopt=False)


def _next(existing: list[ImageVersion], findings: Findings) -> str:
    try:
        return next_version(version.name for version in existing)
    except VersionInvalidError as error:
        findings.problem("version", "NoVersionLeft", str(error))
        return FIRST_VERSION


def _fixed(wanted: str, existing: list[ImageVersion], ours: list[ImageVersion], findings: Findings) -> PlannedVersion:
    if any(version.name == wanted for version in ours):
        return PlannedVersion(wanted, is_auto=False, adopt=True)
    if any(version.name == wanted for version in existing):
        findings.problem("version", "VersionExists", f"version {wanted} exists and was not made by this migration")
    return PlannedVersion(wanted, is_auto=False, adopt=False)


def _check_in_flight(others: list[ImageVersion], source_image_id: str, findings: Findings) -> None:
    """Azure builds one version from a managed image at a time."""
    for version in others:
        if same_id(version.source_id, source_image_id) and version.provisioning_state in {"Creating", "Updating"}:
            message = f"version {version.name} is being built from this image; wait until it is replicated"
            findings.problem("version", "VersionInFlight", message)
