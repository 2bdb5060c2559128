"""That what the app says of a migration is so in Azure, and the same wherever it is said."""

from collections.abc import Iterator
from datetime import datetime

from tests.support.invariants.reading import (
    complete_in,
    is_complete,
    made_at,
    others_deleted,
    others_wrote,
    part,
    says_untagged,
    short,
    text,
)
from tests.support.invariants.scene import Scene, Told, Write

_SAME = ("id", "run", "before", "sourceImageId", "imageVersionId", "phase", "waitingFor", "createdAt", "expiresAt")
_SAME_OF_OUTCOME = ("kind", "code", "step")
_SAME_OF_WHAT_IS_SEEN = ("source", "onlyCopy")  # anew for whoever asks for one migration, not for each of a list
_KEEPS = {"SourceKept", "Refused", "Failed", "Cancelled"}


def migrated_means_gone_and_copied(scene: Scene) -> Iterator[str]:
    """Migrated is said only where the source is gone, and the version is there and complete."""
    for told in _ended(scene, {"Migrated"}):
        version_id = text(told.detail, "imageVersionId").lower()
        if _is_there(scene, told):
            yield f"{told.source_id} is said to be migrated, and is still there"
        if not others_wrote(scene, version_id) and not is_complete(scene.azure.get(version_id, {})):
            state = scene.azure.get(version_id)
            yield f"{told.source_id} is said to be migrated, and {version_id} is {'not complete' if state else 'gone'}"


def migrated_means_deleted_by_the_app(scene: Scene) -> Iterator[str]:
    """Migrated is said only where a delete by the app, or somebody else's meanwhile, was taken up."""
    for told in _ended(scene, {"Migrated"}):
        if not _deletes(scene, told) and not others_deleted(scene, told.source_id):
            yield f"{told.source_id} is said to be migrated, and no delete was ever taken up"


def kept_means_not_deleted(scene: Scene) -> Iterator[str]:
    """Where a run is said to have ended in any other way, but for Unknown, the app has not deleted its source."""
    for told in _ended(scene, _KEEPS):
        if _deletes(scene, told) and told.source_id.lower() not in scene.azure:  # Azure may have failed to do it
            yield f"{told.source_id} is said to be {text(told.detail, 'outcome', 'kind')}, and the app deleted it"
        says_there = text(told.detail, "outcome", "source") == "there"
        if says_there and told.source_id.lower() not in scene.azure and not others_deleted(scene, told.source_id):
            yield f"{told.source_id} is said to be there, and is gone"


def an_audit_tells_no_delete_that_was_not_sent(scene: Scene) -> Iterator[str]:
    """The audit says that the promise was checked, or that it ended Migrated, only where a delete was sent."""
    for told in scene.told:
        entries = part(told.audit, "entries") or []
        says = [one for one in entries if one.get("event") == "promise checked" or one.get("kind") == "Migrated"]
        if says and not _sent(scene, told) and not others_deleted(scene, told.source_id):
            yield f"the audit of {told.source_id} tells of a delete, and none was sent"


def an_audit_tells_who_decided(scene: Scene) -> Iterator[str]:
    """Every approval in an audit is one that somebody sent, and was told that it counts; every delete has one."""
    for told in scene.told:
        entries = part(told.audit, "entries") or []
        for one in (entry for entry in entries if entry.get("event") == "approved"):
            sent = [each for each in scene.approvals if each.decision == "approve" and each.by == one.get("by")]
            if not any(each.accepted for each in sent):
                yield f"the audit of {told.source_id} says that {one.get('by')} approved, and nobody of that name did"
        if entries and _deletes(scene, told) and not any(one.get("event") == "approved" for one in entries):
            yield f"{told.source_id} was deleted, and its audit tells of no approval"


def one_decision_counts(scene: Scene) -> Iterator[str]:
    """Of each question one decision counts: whoever decides otherwise after it is told that it does not."""
    asked = {one.question_id for one in scene.approvals if one.question_id}
    for question in sorted(asked):
        said = [one for one in scene.approvals if one.question_id == question and one.accepted]
        kinds = sorted({one.decision for one in said if one.decision != "cancel"})
        if len(kinds) > 1:
            yield f"of {said[0].version_id} people were told that it counts to {' and to '.join(kinds)}"


def list_and_detail_agree(scene: Scene) -> Iterator[str]:
    """In the end a migration is the same in the list as by itself."""
    for told in scene.told:
        if told.list_row is None or told.detail is None:
            continue
        differing = [name for name in _SAME if told.list_row.get(name) != told.detail.get(name)]
        row, own = part(told.list_row, "outcome"), part(told.detail, "outcome")
        is_seen_since = _seen_anew(scene, told) or row.get("source") == "unknown"  # which tells nothing but that
        same = _SAME_OF_OUTCOME + (() if is_seen_since else _SAME_OF_WHAT_IS_SEEN)
        differing += [name for name in same if row.get(name) != own.get(name)]
        if differing:
            yield f"{told.source_id}: {', '.join(differing)}: {told.list_row} and {told.detail}"


def the_page_says_what_is_so(scene: Scene) -> Iterator[str]:
    """A page says that the source was deleted only where it was, and that it is kept only where it is."""
    for told in scene.told:
        page = " ".join((told.page_text or "").lower().split())
        says_gone = "the source image was deleted:" in page or "approved, and done" in page
        if says_gone and _is_there(scene, told):
            yield f"the page of {told.source_id} says that it was deleted, and it is there"
        if "the source image is kept." in page and _deletes(scene, told):
            yield f"the page of {told.source_id} says that it is kept, and the app deleted it"


def regions_are_complete_where_it_is_said(scene: Scene) -> Iterator[str]:
    """A region is said to be complete only where it is, as long as nobody else has changed the version."""
    for told in scene.told:
        version_id = text(told.detail, "imageVersionId").lower()
        if version_id not in scene.azure or others_wrote(scene, version_id):
            continue
        said = {short(one["name"]) for one in part(told.detail, "regions") or [] if one.get("state") == "Completed"}
        if wrong := said - complete_in(scene.azure[version_id]):
            yield f"{version_id} is said to be complete in {sorted(wrong)}"


def tags_say_how_it_ended(scene: Scene) -> Iterator[str]:
    """In the end the outcome in a version's tags, and that on a source, are those of the migration, unless it says in
    its notes that they could not be written."""
    for told in scene.told:
        kind = text(told.detail, "outcome", "kind")
        if not kind or says_untagged(told.detail):
            continue
        version_id = text(told.detail, "imageVersionId").lower()
        said = text(scene.azure.get(version_id, {}), "tags", "migration-outcome")
        if said and said != kind and not others_wrote(scene, version_id):
            yield f"{version_id} bears the outcome {said}, and its migration ended {kind}"
        tags = part(scene.azure.get(told.source_id.lower(), {}), "tags")
        status = [str(value) for name, value in tags.items() if str(name).lower().endswith("-status")]
        if (
            status
            and kind != "Refused"
            and not status[0].startswith(kind)
            and not others_wrote(scene, told.source_id, _since(told))
        ):
            yield f"{told.source_id} bears '{status[0]}', and its migration ended {kind}"


def _ended(scene: Scene, kinds: set[str]) -> list[Told]:
    return [one for one in scene.told if text(one.detail, "outcome", "kind") in kinds]


def _is_there(scene: Scene, told: Told) -> bool:
    """Tell whether the source is there: not an image that was built under its name since it was copied."""
    image = scene.azure.get(told.source_id.lower())
    copy = scene.azure.get(text(told.detail, "imageVersionId").lower(), {})
    made, copied = made_at(image or {}), made_at(copy)
    return image is not None and not (made and copied and made > copied)


def _sent(scene: Scene, told: Told) -> list[Write]:
    since, key = _since(told), told.source_id.lower()
    sent = [one for one in scene.writes if one.by == "app" and one.method == "DELETE" and one.path == key]
    return [one for one in sent if since is None or one.at >= since]


def _deletes(scene: Scene, told: Told) -> list[Write]:
    return [one for one in _sent(scene, told) if one.is_accepted]


def _seen_anew(scene: Scene, told: Told) -> bool:
    """Tell whether somebody has changed source or copy since the end was written down."""
    return others_wrote(scene, told.source_id, _since(told)) or others_wrote(scene, text(told.detail, "imageVersionId"))


def _since(told: Told) -> datetime | None:
    return datetime.fromisoformat(told.detail["createdAt"]) if told.detail else None
