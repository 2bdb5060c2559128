"""Tags by which clean-up jobs decide how long a resource lives: one table, by name, with where each was read and when.

A name counts without regard to case, dashes, underscores, dots and spaces. Nothing of it is Azure's own: it is what
people's jobs go by, so that the table can only be incomplete, and the names that are marked `unverified` are a guess.
"""

from collections.abc import Mapping
from typing import NamedTuple

from migration.resources.gallery import Gallery, ImageDefinition
from migration.values.tags import is_among


class Lifetime(NamedTuple):
    """Names of tags (`*` at the end as any ending), and where it was read that jobs go by them."""

    names: tuple[str, ...]
    source: str


READ = "2026-11-30"
LIFETIMES = (
    Lifetime(("expireon", "expireifemptyon"), "README of FBoucher/AzSubscriptionCleaner, cisco-open's cleanup"),
    Lifetime(("ttl", "ttlexpiry"), "README of webdevops/azure-janitor: defaults of janitor.tag and its target"),
    Lifetime(("deleteafter",), "README of Azure/azure-sdk-tools, Live Test Resource Cleanup"),
    Lifetime(("daysuntildeletion",), "README of Azure/AzureJanitor"),
    Lifetime(("subjectfordeletion*",), "deepwiki.com/thgossler/AzSaveMoney, tag schema"),
    Lifetime(("maxexpirationdays",), "mtirion.medium.com, Keep your Azure Subscription for Development tidy"),
    Lifetime(("expiresby",), "README of an AzureResourceCleanup"),
    Lifetime(("ephemeral",), "README of cppxaxa/azure-auto-rg-delete-schedule"),
    Lifetime(("expir*", "deleteon", "deleteby", "delete", "autodelete*", "toremove", "cleanup*"), "unverified"),
    Lifetime(("deletiondate", "removeafter", "removeon", "timetolive", "validuntil", "janitor*"), "unverified"),
)
_NAMES = [name for lifetime in LIFETIMES for name in lifetime.names]
_PUNCTUATION = str.maketrans("", "", "-_. :")


def decides_over_a_life(name: str) -> bool:
    """Tell whether clean-up jobs may go by a tag of this name."""
    return is_among(name.translate(_PUNCTUATION), _NAMES)


def deciding(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that clean-up jobs may go by."""
    return {name: value for name, value in tags.items() if decides_over_a_life(name)}


def said(tags: Mapping[str, str]) -> str:
    """Name tags with their values, in words."""
    return ", ".join(f"{name}={value}" for name, value in tags.items())


def lifetimes_around(gallery: Gallery, definition: ImageDefinition) -> list[str]:
    """Say by which tags of gallery and definition somebody's job may delete them, and all versions with them."""
    bearers = {f"gallery {gallery.name}": gallery.tags, f"image definition {definition.name}": definition.tags}
    found = {bearer: deciding(tags) for bearer, tags in bearers.items() if deciding(tags)}
    job = "such a job may delete it, with all versions that it holds"
    return [f"{bearer} bears a tag that clean-up jobs go by: {said(tags)}; {job}" for bearer, tags in found.items()]


def lifetime_guards(tags: Mapping[str, str]) -> list[str]:
    """Say of a version that may be the only copy soon by which of its tags somebody's job may delete it."""
    found = deciding(tags)
    job = "Such a job may delete it once it is the only copy: take the tag off first, where that is not wanted."
    return [f"It has a tag that clean-up jobs go by: {said(found)}. {job}"] if found else []
