"""Which version number a migration gets, and which existing version is its own from an earlier run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from migration.asking.request import AUTO_VERSION
from migration.plan.destination.failed_versions import said
from migration.plan.plan import USED_AGAIN, Findings
from migration.resources.copy_identity import CopyIdentity, known_copy
from migration.resources.gallery import DeletedVersion, ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.provenance import MIGRATION_TAG, OUTCOME_TAG, SOURCE_CONTENT_TAG
from migration.resources.states import ProvisioningState
from migration.values.ids import ResourceIdInvalidError, earlier_instance_id_for, instance_id_for, same_id
from migration.values.image_version.number import (
    FIRST_VERSION,
    VersionInvalidError,
    VersionNumber,
    next_version,
    number_of,
)
from migration.values.outcome import OutcomeKind
from migration.values.problems import Problem
from migration.values.tags import find_tag

_BEING_BUILT = {ProvisioningState.CREATING, ProvisioningState.UPDATING}


class PlannedVersion(NamedTuple):
    """A version number; `adopt` where this migration has created it before."""

    number: str
    is_auto: bool
    adopt: bool


def made_by(version: ImageVersion, migration_id: str) -> bool:
    """Tell whether a version bears the tag of this migration, or the one that a release before gave its own."""
    tag = find_tag(version.tags, MIGRATION_TAG)
    if tag == migration_id or tag is None or version.source_id is None:
        return tag == migration_id
    try:
        return instance_id_for(version.source_id) == migration_id and earlier_instance_id_for(version.source_id) == tag
    except ResourceIdInvalidError:
        return False


def is_the_apps(version: ImageVersion) -> bool:
    """Tell whether a migration of this app made the version, of whatever image: by its tag, which fits its source."""
    try:
        return version.source_id is not None and made_by(version, instance_id_for(version.source_id))
    except ResourceIdInvalidError:
        return False


def is_ours(
    version: ImageVersion, source: ManagedImage, migration_id: str, copies: Iterable[CopyIdentity] = ()
) -> bool:
    """Tell whether this very migration created the version: by the record's `copies`, or else by its tags.

    Names return: an image built anew under the name of one that was migrated has the same id, and other disks. Its
    version is another one, or the delete of the source would be the loss of the only copy.
    """
    if not same_id(version.source_id, source.id):
        return False
    known = known_copy(version, copies)
    content = known.source_content if known else find_tag(version.tags, SOURCE_CONTENT_TAG)
    return (
        content == source.content
        and (known is not None or made_by(version, migration_id))
        and find_tag(version.tags, OUTCOME_TAG) != OutcomeKind.MIGRATED  # then its source was deleted
    )


def plan_version(
    wanted: str,
    versions: Iterable[ImageVersion],
    source: ManagedImage,
    migration_id: str,
    findings: Findings,
    *,
    deleted: Sequence[DeletedVersion] | None = None,
    copies: Iterable[CopyIdentity] = (),
    keeps: Callable[[ImageVersion], list[str]] = lambda _: [],
) -> PlannedVersion:
    """Choose the number. `versions` are all versions of the definition, over all pages.

    `deleted` are those that the gallery keeps deleted (None: they may not be read): their numbers are taken, as well.
    `keeps` says what keeps a version from being deleted by anybody.
    `copies` are those that the record knows. One of ours that failed keeps its number: it is never deleted, for it may
    have been complete before, and be somebody's copy.
    """
    existing, known = list(versions), list(copies)
    for version in existing:
        if version.unreadable is not None:
            findings.note(f"not read: {version.id} ({version.unreadable})")
    ours = [version for version in existing if is_ours(version, source, migration_id, known)]
    _check_in_flight([version for version in existing if version not in ours], source.id, findings)
    failed = [version for version in ours if version.provisioning_state == ProvisioningState.FAILED]
    if deleted is None:
        findings.note("not checked: which numbers belong to deleted versions that the gallery still keeps")
    if wanted != AUTO_VERSION:
        _check_deleted(wanted, deleted or [], findings)
        return _fixed(wanted, existing, ours, {one.name: said(keeps(one)) for one in failed}, findings)
    latest = max((version for version in ours if number_of(version.name)), key=_number, default=None)
    if latest is not None and latest in failed:
        left = f"version {latest.name} failed in an earlier run, and is left as it is: the next number is taken"
        findings.note(left + said(keeps(latest)))
    elif latest is not None:
        findings.note(f"version {latest.name} was created by an earlier run of this migration and {USED_AGAIN}")
        return PlannedVersion(latest.name, is_auto=True, adopt=True)
    taken = [*(version.name for version in existing), *(one.name for one in deleted or ())]
    return PlannedVersion(_next(taken, findings), is_auto=True, adopt=False)


def was_complete(version: ImageVersion) -> bool:
    """Tell whether a version of ours was complete once: people were asked about it, or it may be `latest`."""
    asked_about = find_tag(version.tags, OUTCOME_TAG) == OutcomeKind.SOURCE_KEPT or find_tag(version.tags, "decision")
    return bool(asked_about) or not version.exclude_from_latest


def _number(version: ImageVersion) -> VersionNumber:
    return VersionNumber.parse(version.name)


def _next(taken: list[str], findings: Findings) -> str:
    try:
        return next_version(taken)
    except VersionInvalidError as error:
        findings.problem("version", "NoVersionLeft", str(error))
        return FIRST_VERSION


def _check_deleted(wanted: str, deleted: Sequence[DeletedVersion], findings: Findings) -> None:
    """Nothing says what Azure makes of a new version with the number of one that may still be restored."""
    kept = next((one for one in deleted if number_of(one.name) == number_of(wanted)), None)
    if kept is not None:
        ends = {"it can be used": kept.usable_until, "it can be restored": kept.gone_at}
        told = [f"{what} until {moment:%Y-%m-%d}" for what, moment in ends.items() if moment]
        until = f" ({', '.join(told)})" if told else ""
        message = f"version {wanted} was deleted, and the gallery keeps it for a while (soft delete){until}: ask for"
        findings.problem("version", "VersionKeptDeleted", f"{message} another number, or restore that one")


def _fixed(
    wanted: str,
    existing: list[ImageVersion],
    ours: list[ImageVersion],
    failed: Mapping[str, str],
    findings: Findings,
) -> PlannedVersion:
    """Take the number asked for, unless a version has it in any spelling: 2024.02.20 is 2024.2.20.

    `failed` are those of ours that failed, by name, with what keeps them.
    """
    same = next((version for version in existing if number_of(version.name) == number_of(wanted)), None)
    if same is not None and same.name in failed:
        message = f"version {same.name} failed in an earlier run, and is left as it is: ask for another number or for"
        findings.problem("version", "FailedVersionStays", f"{message} auto, or repair or delete it{failed[same.name]}")
    elif same is not None and same not in ours:
        message = f"version {same.name} exists and was not made by this migration: ask for another number, or for auto"
        findings.problem("version", "VersionExists", message)
    return PlannedVersion(same.name if same else wanted, is_auto=False, adopt=same is not None and same in ours)


def _check_in_flight(others: list[ImageVersion], source_image_id: str, findings: Findings) -> None:
    """Azure builds one version from a managed image at a time."""
    for version in others:
        if same_id(version.source_id, source_image_id) and version.provisioning_state in _BEING_BUILT:
            message = f"version {version.name} is being built from this image; wait until it is replicated"
            findings.add([Problem(field="version", code="VersionInFlight", message=message, passes=True)])
