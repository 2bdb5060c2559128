"""The tags of what a migration creates: the source's own, those that settings and request name, and above them ours.

A policy that demands tags demands them of gallery, definition and version alike, so all three have them. What decides
over the life of the source stays off gallery and definition, which hold versions of other images too.
"""

from collections.abc import Mapping
from typing import NamedTuple

from migration.asking.settings import Settings
from migration.asking.tags import options_key, status_key
from migration.plan.choosing import Choices
from migration.plan.plan import Findings, Plan
from migration.plan.tagging.lifetimes import decides_over_a_life, deciding, said
from migration.resources.gallery import ImageDefinition, ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.provenance import OUR_TAGS, creation_tags
from migration.values.azure_rules import MOST_TAGS, RESERVED_FOR_TAG_NAMES
from migration.values.tags import find_tag, is_among, over

ROOM = MOST_TAGS - len(OUR_TAGS)  # for tags that are not ours; names that we write later keep their room
_OURS = {name.lower() for name in OUR_TAGS}


class NewTags(NamedTuple):
    """The tags of a version, and of gallery and definition, that are created; without ours."""

    version: dict[str, str]
    around: dict[str, str]


def version_tags(plan: Plan, migration_id: str, key: str) -> dict[str, str]:
    """Return the tags of a new version: those of the plan, and above them our own.

    A plan of an earlier release names none: then the source's count, as many as there is room for.
    """
    named = plan.version_tags
    kept = carried_tags(plan.source.tags, key)[0] if named is None else named
    return kept | creation_tags(plan.source, migration_id)


def carried_tags(tags: Mapping[str, str], key: str, room: int = ROOM) -> tuple[dict[str, str], list[str]]:
    """Return the tags that a copy takes over, and the names of those that it cannot.

    Tags that ask for a migration, or tell of one, are not the image's own; those that bear our names could be forged.
    """
    asking = _asking(key)
    own = {name: value for name, value in tags.items() if name.lower() not in asking}
    free = {name: value for name, value in own.items() if name.lower() not in _OURS}
    kept = dict(list(free.items())[: max(0, room)])
    return kept, [name for name in own if name not in kept]


def new_tags(choices: Choices, image: ManagedImage, settings: Settings, findings: Findings) -> NewTags:
    """Return the tags of what is created, and note what of the source they leave out.

    The source's value counts before that of MIGRATION_MORE_TAGS; for gallery and definition, the request's before both.
    """
    asked: dict[str, str] = choices.value("definition_tags", {})
    _check("definitionTags", asked, settings.tag, findings)
    _check("MIGRATION_MORE_TAGS", settings.more_tags, settings.tag, findings)
    _check_count(over(settings.more_tags, asked), findings)
    _note_reserved(over(settings.more_tags, asked), findings)
    left_out = [name for name in image.tags if is_among(name, settings.tags_not_carried)]
    source = {name: value for name, value in image.tags.items() if name not in left_out}
    more = _beside(settings.more_tags, source)
    kept, too_many = carried_tags(source, settings.tag, ROOM - len(more))
    _note_left("are left out by MIGRATION_TAGS_NOT_CARRIED", left_out, findings)
    _note_left("its version will not have", too_many, findings)
    lasting = {name: value for name, value in kept.items() if not decides_over_a_life(name)}
    named = over(_beside(settings.more_tags, lasting), asked)
    room = max(0, ROOM - len(named))
    return NewTags(more | kept, dict(list(_beside(lasting, named).items())[:room]) | named)


def note_not_written(choices: Choices, definition: ImageDefinition, findings: Findings, *, creates: bool) -> None:
    """Tags that are asked for go onto what is created, and onto nothing that is there already."""
    if choices.asked("definition_tags") and not creates:
        findings.note(f"definition-tags are not written: image definition {definition.name} is there already")


def note_lifetimes(new: NewTags, used: ImageVersion | None, image: ManagedImage, findings: Findings) -> None:
    """Name the tags by which somebody's job may delete the version; `used` is one that is there already."""
    found = deciding(new.version if used is None else used.tags)
    if not found:
        return
    from_source = [name for name in found if find_tag(image.tags, name) is not None]
    way = "MIGRATION_MORE_TAGS names it"
    if used is not None:
        way = f"take it off version {used.name}"
    elif from_source:
        way = f"MIGRATION_TAGS_NOT_CARRIED={','.join(from_source)} leaves it out"
    findings.note(
        f"the version bears a tag that clean-up jobs go by: {said(found)}. Such a job may delete the version, which is"
        f" the only copy once the source is gone: {way}"
    )


def _beside(tags: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Return those tags whose names the others have not."""
    return {name: value for name, value in tags.items() if find_tag(others, name) is None}


def _note_left(why: str, names: list[str], findings: Findings) -> None:
    if names:
        findings.note(f"tags of the source that {why}: {', '.join(names)}")


def _asking(key: str) -> set[str]:
    return {name.lower() for name in (key, options_key(key), status_key(key))}


def _check(field: str, tags: Mapping[str, str], key: str, findings: Findings) -> None:
    """What is known by our tags would be taken for another's, and what starts a migration is the image's alone."""
    reserved = [name for name in tags if name.lower() in _OURS | _asking(key)]
    if reserved:
        message = f"{', '.join(reserved)} cannot be given: the app writes or reads it itself"
        findings.problem(field, "TagReserved", message)


def _check_count(named: Mapping[str, str], findings: Findings) -> None:
    if len(named) > ROOM:
        message = (
            f"definition-tags and MIGRATION_MORE_TAGS name {len(named)} tags; a resource has {MOST_TAGS} at most, of"
            f" which the app needs {len(OUR_TAGS)}"
        )
        findings.problem("definitionTags", "TooManyTags", message)


def _note_reserved(named: Mapping[str, str], findings: Findings) -> None:
    names = [name for name in named if name.lower().startswith(RESERVED_FOR_TAG_NAMES)]
    if names:
        told = f"names that begin with {', '.join(RESERVED_FOR_TAG_NAMES)} are said to be reserved"
        findings.note(f"not checked: whether Azure takes the tags {', '.join(names)}: {told}")
