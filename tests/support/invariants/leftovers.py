"""What a migration leaves behind: all of it is told, and an only copy is never called removable."""

from collections.abc import Iterator
from datetime import datetime

from tests.support.invariants.reading import (
    deletes_of_images,
    is_complete,
    is_made_from,
    is_out_of_latest,
    is_version,
    made_by_app,
    others_wrote,
    part,
    says_unknown_leftovers,
    says_untagged,
    state_of,
    text,
)
from tests.support.invariants.scene import Scene, Told, Write

_LEAVES = {"Failed", "Cancelled"}


def what_is_left_behind_is_told(scene: Scene) -> Iterator[str]:
    """What a migration made that ended without its purpose, and that nobody has decided to keep, is named as left
    behind, as long as the source is there; or it says in its notes that nobody could look."""
    for told in scene.told:
        outcome = part(told.detail, "outcome")
        if (
            outcome.get("kind") not in _LEAVES
            or outcome.get("source") != "there"
            or says_unknown_leftovers(told.detail)
        ):
            continue
        named = {one.lower() for one in outcome.get("leftBehind") or []}
        left = [one for one in _made_in(scene, told) if one not in named and not _is_wanted(scene, one)]
        left = [one for one in left if not _is_emptied_since(scene, told, one)]
        if left:
            yield f"{told.source_id} ended {outcome.get('kind')} and does not name {', '.join(left)}"


def an_only_copy_is_not_left_behind(scene: Scene) -> Iterator[str]:
    """Where the source is gone, no complete version of it, nor what holds one, is called left behind: it may be the
    only copy."""
    for told in scene.told:
        if told.source_id.lower() in scene.azure:
            continue
        # A row of the list tells how it ended: what others do to the source since, only a look at it shows.
        for shown in (told.detail, None if others_wrote(scene, told.source_id) else told.list_row):
            named = [one.lower() for one in part(shown, "outcome", "leftBehind") or []]
            yield from (
                f"{told.source_id} is gone, and {one} is called left behind" for one in named if _holds_copy(scene, one)
            )
    for delete in deletes_of_images(scene):
        about = [one for one in scene.messages if one.at > delete.at and delete.path in one.text.lower()]
        if any("left behind" in one.text.lower() for one in about):
            yield f"{delete.path} was deleted, and people are told of what it left behind"


def an_only_copy_is_marked(scene: Scene) -> Iterator[str]:
    """A version that is the only copy of a migrated image says so in its tags, for whoever cleans galleries up."""
    for told in scene.told:
        outcome = part(told.detail, "outcome")
        version = scene.azure.get(text(told.detail, "imageVersionId").lower(), {})
        if outcome.get("kind") != "Migrated" or not version or _tags_changed(scene, told):
            continue
        if "only copy" not in text(version, "tags", "migration-source") and not says_untagged(told.detail):
            yield f"{text(told.detail, 'imageVersionId')} is the only copy of its source, and its tags do not say so"


def _made_in(scene: Scene, told: Told) -> list[str]:
    """Return what the run has made, as far as it is there still."""
    since = datetime.fromisoformat(told.detail["createdAt"]) if told.detail else scene.now
    made = [one for one in made_by_app(scene, told.source_id) if one.at >= since]
    return sorted({one.path for one in made if one.path in scene.azure and not _is_remade(scene, one)})


def _is_remade(scene: Scene, made: Write) -> bool:
    """Tell whether others have taken it away since: what is there is theirs."""
    gone = [one for one in scene.writes if one.method == "DELETE" and one.is_accepted and one.at >= made.at]
    return any(one.by == "others" and (one.path == made.path or made.path.startswith(f"{one.path}/")) for one in gone)


def _is_emptied_since(scene: Scene, told: Told, resource_id: str) -> bool:
    """Tell whether others took something out of it after the run had ended: at its end somebody may have wanted it."""
    end = datetime.fromisoformat(told.detail["updatedAt"]) if told.detail else scene.now
    gone = [one for one in scene.writes if one.method == "DELETE" and one.is_accepted and one.at >= end]
    return any(one.by == "others" and one.path.startswith(f"{resource_id}/") for one in gone)


def _is_wanted(scene: Scene, resource_id: str) -> bool:
    """Tell whether somebody may want it: an eligible or decided version, one that goes, what holds one."""
    document = scene.azure[resource_id]
    if is_version(resource_id):
        decided = text(document, "tags", "decision") or text(document, "tags", "migration-outcome") == "SourceKept"
        said = any(one.accepted and one.version_id.lower() == resource_id for one in scene.approvals)
        return bool(decided) or said or not is_out_of_latest(document) or state_of(document) == "Deleting"
    held = [key for key in scene.azure if key.startswith(f"{resource_id}/")]
    ours = {one.path for one in made_by_app(scene) if not _is_remade(scene, one)}
    return any(key not in ours or (is_version(key) and _is_wanted(scene, key)) for key in held)


def _holds_copy(scene: Scene, resource_id: str) -> bool:
    inside = [key for key in scene.azure if f"{key}/".startswith(f"{resource_id}/") and is_version(key)]
    return any(is_complete(scene.azure[key]) and _is_of_lost(scene, key) for key in inside)


def _is_of_lost(scene: Scene, version_id: str) -> bool:
    return not any(is_made_from(scene.azure[version_id], key) for key in scene.azure)


def _tags_changed(scene: Scene, told: Told) -> bool:
    key = text(told.detail, "imageVersionId").lower()
    return any(one.by == "others" and one.path.startswith(key) for one in scene.writes)
