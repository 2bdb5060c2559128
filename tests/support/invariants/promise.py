"""The promise: when a source image may be deleted. Judged by what Azure held as the delete came in.

Azure deletes an image without conditions: what others change between the last look and the call nobody can see. A
look counts for seconds, one over many lists for minutes (`LOOK`, `SCAN`): only what was so before is a breach.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.support.invariants.reading import (
    TAG,
    complete_in,
    deletes_of_images,
    is_complete,
    is_made_from,
    made_at,
    made_by_app,
    part,
    short,
    state_of,
    targets_of,
    users_of,
    wanted_of,
)
from tests.support.invariants.scene import Approval, Azure, Json, Scene, Start, Write

LOOK = timedelta(seconds=5)  # at copy and image, from which on a delete is not sent any more
SCAN = timedelta(minutes=5)  # of all who may use an image
NOBODY = {"", "the app", "app", "azure", "unknown"}


def a_delete_was_approved(scene: Scene) -> Iterator[str]:
    """A source image is deleted only after a named human approved a version of it, that very one, in the run that
    deletes, and nobody made another under its name since."""
    for delete in deletes_of_images(scene):
        if not approvals_of(scene, delete):
            yield f"{delete.path} was deleted at {delete.at}, and nobody had approved that"


def a_delete_leaves_complete_replicas(scene: Scene) -> Iterator[str]:
    """A source image is deleted only where the approved version is complete in every region of its own, of those asked
    for and of those planned, with as many replicas."""
    for delete in deletes_of_images(scene):
        for version_id in {one.version_id.lower() for one in approvals_of(scene, delete)}:
            lacking = [list(_lacking(scene, delete, version_id, azure)) for azure in _moments(scene, delete, LOOK)]
            yield from (f"{delete.path}: {one}" for one in lacking[0] if all(lacking))


def a_delete_takes_what_was_copied(scene: Scene) -> Iterator[str]:
    """The image that is deleted is the one that the version was made of: not one built anew under its name."""
    for delete in deletes_of_images(scene):
        for version_id in {one.version_id.lower() for one in approvals_of(scene, delete)}:
            if all(_is_newer(azure, delete.path, version_id) for azure in _moments(scene, delete, LOOK)):
                yield f"{delete.path} was made after {version_id}"


def a_delete_breaks_nobody(scene: Scene) -> Iterator[str]:
    """A source image is deleted only where nothing would break, or could no longer grow, without it."""
    for delete in deletes_of_images(scene):
        found = [users_of(azure, delete.path, scene.block_on) for azure in _moments(scene, delete, SCAN)]
        if users := [one for one in found[0] if all(one in others for others in found)]:
            yield f"{delete.path} was deleted, and needed by {', '.join(users)}"


def a_delete_follows_no_cancel(scene: Scene) -> Iterator[str]:
    """Nothing is deleted after a cancel or a rejection of the run was taken up."""
    for delete in deletes_of_images(scene):
        runs = {one.run_id for one in approvals_of(scene, delete)}
        against = [one for one in scene.approvals if one.accepted and one.decision in {"cancel", "reject"}]
        if any(one.run_id in runs and one.at < delete.at for one in against):
            yield f"{delete.path} was deleted after its run had been stopped"


def nothing_is_deleted_that_is_to_stay(scene: Scene) -> Iterator[str]:
    """A source image is not deleted where whoever asked for the migration, or a tag of the image, says never."""
    for delete in deletes_of_images(scene):
        options = [_options(azure.get(delete.path, {})) for azure in _moments(scene, delete, LOOK)]
        said = [one for one in options[0] if all(one in others for others in options)]
        start = last_start(scene, delete.path, delete.at)
        if start is not None and not _is_of_another_run(scene, start, delete):
            said.append(f"delete-source={start.request.get('deleteSource')};{start.request.get('options')}")
        if any("delete-source=never" in text.replace(" ", "").lower() for text in said):
            yield f"{delete.path} was to stay: {said}"


def a_delete_is_still_wished(scene: Scene) -> Iterator[str]:
    """A source image is not deleted where the tags that wished for it were changed or taken off since people were
    asked."""
    for delete in deletes_of_images(scene):
        run = _run_of(scene, delete)
        asked_at = part(run, "question").get("askedAt")
        if not asked_at or not _is_of(run, delete) or datetime.fromisoformat(asked_at) > delete.at:
            continue
        asked = _wish(_azure_at(scene, datetime.fromisoformat(asked_at)), delete.path)
        wishes = [_wish(azure, delete.path) for azure in _moments(scene, delete, LOOK)]
        if all(one != asked for one in wishes):
            yield f"{delete.path} was deleted with the tags {wishes[0]}, and people were asked with {asked}"


def _wish(azure: Azure, image_id: str) -> dict[str, str]:
    tags = {str(name).lower(): str(value) for name, value in part(azure.get(image_id, {}), "tags").items()}
    return {name: value for name, value in tags.items() if name in {TAG, f"{TAG}-options"}}


def _azure_at(scene: Scene, moment: datetime) -> Azure:
    return next((one.before for one in scene.writes if one.at >= moment), scene.azure)


def _is_of(run: Json, delete: Write) -> bool:
    return "admittedAt" in run and datetime.fromisoformat(run["admittedAt"]) <= delete.at


def _run_of(scene: Scene, delete: Write) -> Json:
    """Return the run that deleted; where that was not noted then, the one that the record has now."""
    return part(scene.records.get(delete.path, {}), "run") if delete.run is None else delete.run


def _moments(scene: Scene, delete: Write, window: timedelta) -> list[Azure]:
    """Return what there was as a delete came in and, where others changed anything since the app can have looked, what
    there was before that."""
    place = next(place for place, one in enumerate(scene.writes) if one is delete)
    since = [one for one in scene.writes[:place] if one.by == "others" and one.at >= delete.at - window]
    return [delete.before, *(one.before for one in since[:1])]


def _is_newer(azure: Azure, image_id: str, version_id: str) -> bool:
    image, copy = made_at(azure.get(image_id, {})), made_at(azure.get(version_id, {}))
    return image is not None and copy is not None and image > copy


def _options(image: Json) -> list[str]:
    return [str(value) for name, value in part(image, "tags").items() if str(name).lower().endswith("-options")]


def _is_of_another_run(scene: Scene, start: Start, delete: Write) -> bool:
    """Tell whether a start led to a run that was over by then: the next one took up what a tag had wished meanwhile."""
    run, led_to = _run_of(scene, delete), part(start.answer, "body", "run")
    known = led_to and "admittedAt" in run and datetime.fromisoformat(run["admittedAt"]) <= delete.at
    return bool(known) and run["id"] != led_to


def approvals_of(scene: Scene, delete: Write) -> list[Approval]:
    """Return the approvals on which a delete may rest."""
    start = last_start(scene, delete.path, delete.at)
    run = _run_of(scene, delete)
    moments = _moments(scene, delete, LOOK)
    is_of_run = _is_of(run, delete)
    return [
        one
        for one in scene.approvals
        if one.accepted
        and (not is_of_run or one.run_id == run["id"])
        and one.decision == "approve"
        and not one.forged
        and one.by.strip().lower() not in NOBODY
        and one.at <= delete.at
        and (start is None or one.at >= start.at)
        and any(is_made_from(azure.get(one.version_id.lower(), {}), delete.path) for azure in moments)
        and not _is_replaced(scene, one, delete.at - LOOK)
    ]


def last_start(scene: Scene, source_id: str, before: datetime) -> Start | None:
    """Return the last start of an image that was admitted, as far as its answer tells."""
    found = [
        one
        for one in scene.starts
        if one.source_id.lower() == source_id.lower()
        and one.at <= before
        and one.how in {"http", "ask-again"}
        and one.answer.get("status") == 202
    ]
    return found[-1] if found else None


def _is_replaced(scene: Scene, approval: Approval, until: datetime) -> bool:
    key = approval.version_id.lower()
    made = [one for one in scene.writes if one.path == key and one.method == "PUT" and one.is_accepted]
    return any(key not in one.before and approval.at < one.at <= until for one in made)


def _lacking(scene: Scene, delete: Write, version_id: str, azure: Azure) -> Iterator[str]:
    version = azure.get(version_id, {})
    if state_of(version) == "Deleting":
        yield f"{version_id} was being deleted itself"
    if not is_complete(version):
        missing = sorted(targets_of(version) - complete_in(version))
        yield f"{version_id} was not complete: {missing or part(version, 'properties', 'publishingProfile')}"
    has = _replicas(version)
    for region, count in _wanted(scene, delete, version_id).items():
        if has.get(region, 0) < count or region not in complete_in(version):
            yield f"{version_id} had {has.get(region, 0)} replicas of {count} wanted in {region}"


def _replicas(version: Json) -> dict[str, int]:
    regions = part(version, "properties", "publishingProfile", "targetRegions") or []
    return {short(one["name"]): int(one.get("regionalReplicaCount") or 1) for one in regions}


def _wanted(scene: Scene, delete: Write, version_id: str) -> dict[str, int]:
    """Return the regions asked for by the last start, those of the plan, and those that this run made it with."""
    starts = [one for one in scene.starts if one.source_id.lower() == delete.path and one.at <= delete.at]
    admitted = [one for one in starts if one.answer.get("status") in {202, None} and one.how != "ask-again"]
    wanted = wanted_of(admitted[-1].request) if admitted else {}
    run = _run_of(scene, delete)
    is_later = "admittedAt" in run and not _is_of(run, delete)  # of an image that came back under its name
    plan = {} if is_later else part(run, "plan")
    planned = {short(one["name"]): int(one["replicaCount"]) for one in part(plan, "targetRegions") or []}
    since = admitted[-1].at if admitted else None
    made = [one for one in made_by_app(scene) if one.path == version_id and (since is None or one.at >= since)]
    bodies = [_replicas(one.body or {}) for one in made]
    return _most(wanted, planned, *bodies)


def _most(*counts: dict[str, int]) -> dict[str, int]:
    most: dict[str, int] = {}
    for one in counts:
        most.update({region: max(count, most.get(region, 0)) for region, count in one.items()})
    return most
