"""What the app may do to image versions, and to everything else that it did not make."""

from collections.abc import Iterator
from datetime import datetime

from tests.support.invariants.reading import (
    is_complete,
    is_image,
    is_in_gallery,
    is_made_from,
    is_out_of_latest,
    is_version,
    made_by_app,
    others_wrote,
    part,
    short,
    sources_of,
    state_of,
    targets_of,
    text,
    writes_of_app,
)
from tests.support.invariants.scene import Json, Scene, Write

_TAGS = "/providers/microsoft.resources/tags/default"


def nothing_but_images_is_deleted(scene: Scene) -> Iterator[str]:
    """The app deletes no version, whether it was ever complete or not, and nothing else but source images: it does not
    even ask for that."""
    for write in writes_of_app(scene):
        if write.method == "DELETE" and not is_image(write.path):
            was = "complete" if is_complete(write.before.get(write.path, {})) else "there"
            yield f"{write.path}, which was {was}, was to be deleted at {write.at} (answered {write.status})"


def one_version_is_made_at_a_time(scene: Scene) -> Iterator[str]:
    """A migration has one version in the making at most, and makes no second one beside one that it has made."""
    for write in made_by_app(scene):
        if not is_version(write.path):
            continue
        for source in sources_of(write.body or {}):
            beside = [key for key in _own(scene, write, source) if not _is_over(scene, write, key)]
            if beside:
                yield f"{write.path} was made of {source} beside {', '.join(beside)}"


def what_others_made_is_left_alone(scene: Scene) -> Iterator[str]:
    """The app writes to no version, definition or gallery that no migration has made, nor to another's tags."""
    for write in writes_of_app(scene):
        target = write.path.removesuffix(_TAGS)
        known = write.before.get(target)
        if known is None or not is_in_gallery(target) or not write.is_accepted:
            continue
        is_own = any(made.path == target and made.at <= write.at for made in made_by_app(scene))
        if not is_own and not text(known, "tags", "migration-id"):
            yield f"{write.method} {write.path} at {write.at}: somebody else made it"


def no_region_is_dropped(scene: Scene) -> Iterator[str]:
    """No write of the app takes a region from a version, or a replica from one of its regions."""
    for write in writes_of_app(scene):
        sent = part(write.body or {}, "properties", "publishingProfile").get("targetRegions")
        if not is_version(write.path) or write.path not in write.before or not write.is_accepted or sent is None:
            continue
        kept = _counts(sent)
        had = _counts(part(write.before[write.path], "properties", "publishingProfile", "targetRegions") or [])
        if lost := {region: count for region, count in had.items() if kept.get(region, 0) < count}:
            yield f"{write.path} lost {lost} at {write.at}"


def a_new_version_is_out_of_latest(scene: Scene) -> Iterator[str]:
    """A version is made excluded from latest, and becomes eligible only once it is complete in all its regions."""
    for write in made_by_app(scene):
        if is_version(write.path) and not is_out_of_latest(write.body or {}):
            yield f"{write.path} was made eligible as latest"
    for write in _promotions(scene):
        version = write.before[write.path]
        if not is_complete(version):
            yield f"{write.path} became eligible as latest, and was not complete"


def a_promotion_was_decided(scene: Scene) -> Iterator[str]:
    """A version about which people are asked becomes eligible as latest only after one of them has said yes."""
    for write in _promotions(scene):
        said = [one for one in scene.approvals if one.accepted and one.version_id.lower() == write.path]
        asked = [one for one in scene.records.values() if _asks(one, write)]
        if asked and not any(one.decision in {"approve", "accept"} and one.at <= write.at for one in said):
            yield f"{write.path} became eligible as latest at {write.at}, and nobody had said yes"


def _promotions(scene: Scene) -> list[Write]:
    """Return the writes by which the app let a version become eligible."""
    found = [one for one in writes_of_app(scene) if is_version(one.path) and one.is_accepted]
    found = [one for one in found if is_out_of_latest(one.before.get(one.path, {}))]
    return [one for one in found if _lets_in(one)]


def _lets_in(write: Write) -> bool:
    """Tell whether a write makes a version eligible: a PUT that does not say that it is out, a PATCH that says it."""
    said = part(write.body or {}, "properties", "publishingProfile").get("excludeFromLatest")
    return said is False or (write.method == "PUT" and said is None)


def _asks(record: Json, write: Write) -> bool:
    """Tell whether the run that made a write asks; an earlier one, of which nothing is known here, may not have."""
    run = part(record, "run")
    if str(run.get("imageVersionId")).lower() != write.path or not run.get("question"):
        return False
    return datetime.fromisoformat(run["admittedAt"]) <= write.at


def _own(scene: Scene, write: Write, source: str) -> list[str]:
    """Return the versions that the app has made of this very image before, in this definition, and are there."""
    definition = write.path.rpartition("/versions/")[0]
    content = text(write.body or {}, "tags", "source-content")
    made = {one.path: one.body or {} for one in made_by_app(scene) if one.at < write.at}
    return [
        key
        for key, body in made.items()
        if key.startswith(f"{definition}/versions/")
        and key in write.before
        and is_made_from(write.before[key], source)
        and text(body, "tags", "source-content") == content
    ]


def _is_over(scene: Scene, write: Write, key: str) -> bool:
    """Tell whether a version is no hindrance to another: it failed, goes, or somebody changed what it is known by.

    One that a migration has ended with may be followed by another that was asked for with a number of its own.
    """
    number = write.path.rpartition("/")[2]
    named = any(number in str(one.request) for one in scene.starts if one.at <= write.at)
    return state_of(write.before[key]) in {"Failed", "Deleting"} or others_wrote(scene, key) or named


def _counts(regions: list[Json]) -> dict[str, int]:
    return {short(one["name"]): int(one.get("regionalReplicaCount") or 1) for one in regions}


def live_versions(scene: Scene, source_id: str) -> list[str]:
    """Return the versions of an image that are being made now."""
    made = {one.path for one in made_by_app(scene, source_id)}
    return [key for key in made if state_of(scene.azure.get(key, {})) == "Creating"]


def one_version_is_in_the_making(scene: Scene) -> Iterator[str]:
    """Of an image, one version at most is being made by the app at any moment."""
    sources = {source for one in made_by_app(scene) for source in sources_of(one.body or {})}
    for source in sources:
        if len(live := live_versions(scene, source)) > 1:
            yield f"of {source}: {', '.join(sorted(live))}"


def regions_stay_as_they_were_made(scene: Scene) -> Iterator[str]:
    """A version that only the app has written to has every region that it was made with."""
    for write in made_by_app(scene):
        if not is_version(write.path) or write.path not in scene.azure or others_wrote(scene, write.path):
            continue
        if lost := targets_of(write.body or {}) - targets_of(scene.azure[write.path]):
            yield f"{write.path} is not in {sorted(lost)} any more"
