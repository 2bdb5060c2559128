"""A small reading of Azure's resources, on purpose none of the app's own: a fault in that shows beside this one."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tests.support.invariants.scene import Azure, Json, Scene, Write

TAG = "migrate-to-gallery"
_COMPUTE = "/providers/microsoft.compute/"
# What a setting may add to those that always keep a source, by its key there, and what type of resource that is.
_NAMED = {
    "machines": "microsoft.compute/virtualmachines",
    "fleets": "microsoft.azurefleet/fleets",
    "image-templates": "microsoft.virtualmachineimages/imagetemplates",
    "host-pools": "microsoft.desktopvirtualization/hostpools",
    "managed-node-types": "microsoft.servicefabric/managedclusters/nodetypes",
}
_KNOWN_TYPES = {*_NAMED.values(), "microsoft.compute/disks", "microsoft.compute/images"}


def part(document: Any, *names: str) -> Any:
    """Return what lies at a path of names; an empty mapping where nothing does."""
    for name in names:
        document = document.get(name) if isinstance(document, Mapping) else None
    return {} if document is None else document


def text(document: Any, *names: str) -> str:
    """Return the text at a path of names; an empty one where nothing is."""
    return str(part(document, *names) or "")


def says_untagged(detail: Any) -> bool:
    """Tell whether a migration says in its notes that something could not be tagged."""
    return any(word in note for note in part(detail, "notes") or [] for word in ("tagged", "could not be recorded"))


def says_unknown_leftovers(detail: Any) -> bool:
    """Tell whether a migration says in its notes that nobody could look what it left behind."""
    return any("left behind is not known" in note for note in part(detail, "notes") or [])


def short(region: Any) -> str:
    return "".join(str(region).split()).lower()


def type_of(resource_id: str) -> str:
    """Return the type of a resource by its id, in lower case; empty for a group or a subscription."""
    _, _, below = resource_id.lower().rpartition("/providers/")
    namespace, *rest = below.split("/")
    return "/".join([namespace, *rest[::2]]) if rest and "/providers/" in resource_id.lower() else ""


def is_image(resource_id: str) -> bool:
    return type_of(resource_id) == "microsoft.compute/images"


def is_version(resource_id: str) -> bool:
    return type_of(resource_id) == "microsoft.compute/galleries/images/versions"


def is_in_gallery(resource_id: str) -> bool:
    return type_of(resource_id).startswith("microsoft.compute/galleries")


def sources_of(version: Json) -> set[str]:
    """Return the ids that a version names as what it was made of."""
    storage = part(version, "properties", "storageProfile")
    disks = [part(storage, "osDiskImage"), *(part(storage, "dataDiskImages") or [])]
    named = [part(storage, "source", "id"), *(part(disk, "source", "id") for disk in disks)]
    return {one.lower() for one in named if isinstance(one, str)}


def is_made_from(version: Json, source_id: str) -> bool:
    return source_id.lower() in sources_of(version)


def state_of(document: Json) -> str:
    return text(document, "properties", "provisioningState")


def targets_of(version: Json) -> set[str]:
    regions = part(version, "properties", "publishingProfile", "targetRegions") or []
    return {short(one["name"]) for one in regions}


def complete_in(version: Json) -> set[str]:
    """Return the regions in which a version is complete; of several entries for a region, all must be."""
    summary = part(version, "properties", "replicationStatus", "summary") or []
    undone = {short(one["region"]) for one in summary if one.get("state") != "Completed"}
    return {short(one["region"]) for one in summary} - undone


def is_complete(version: Json) -> bool:
    is_full = part(version, "properties", "publishingProfile").get("replicationMode", "Full") == "Full"
    return is_full and bool(targets_of(version)) and targets_of(version) <= complete_in(version)


def is_out_of_latest(version: Json) -> bool:
    return part(version, "properties", "publishingProfile").get("excludeFromLatest") is True


def made_at(document: Json) -> datetime | None:
    said = part(document, "systemData", "createdAt")
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def wanted_of(request: Json) -> dict[str, int]:
    """Return the regions that a request names, with the replicas asked for: as JSON has them, or a tag's options."""
    named = request.get("targetRegions") or []
    for option in str(request.get("options") or "").split(";"):
        name, _, value = option.partition("=")
        named = value.split(",") if name.strip() == "regions" else named
    found = {}
    for one in named.split(",") if isinstance(named, str) else named:
        name, count = (one.get("name"), one.get("replicaCount")) if isinstance(one, Mapping) else _parted(one)
        found[short(name)] = int(count or 1)
    return found


def _parted(text: str) -> tuple[str, str]:
    name, count, *_ = [*text.split("="), "", ""]
    return name, count


def users_of(azure: Azure, source_id: str, block_on: frozenset[str]) -> list[str]:
    """Return who would break, or could not grow, without an image: `what it is: id`, in order."""
    source = source_id.lower()
    return sorted(f"{kind}: {one}" for one in azure for kind in _kinds(one, azure[one], source, block_on))


def _kinds(resource_id: str, document: Json, source: str, block_on: frozenset[str]) -> Iterator[str]:
    match type_of(resource_id):
        case "microsoft.compute/virtualmachinescalesets":
            if _is_named(part(document, "properties", "virtualMachineProfile", "storageProfile"), source):
                yield "scale set"
        case "microsoft.compute/virtualmachinescalesets/virtualmachines":
            if _is_named(part(document, "properties", "storageProfile"), source):
                yield "instance"
        case "microsoft.compute/virtualmachines":
            if _is_named(part(document, "properties", "storageProfile"), source):
                yield from [] if _has_own_disk(document) and not block_on & {"machines", "any"} else ["machine"]
        case "microsoft.compute/galleries/images/versions":
            if is_made_from(document, source) and _needs_source(document):
                yield "version"
        case other:
            yield from _mentioned(other, document, source, block_on)


def _is_named(storage: Json, source: str) -> bool:
    return text(storage, "imageReference", "id").lower() == source


def _has_own_disk(machine: Json) -> bool:
    disk = part(machine, "properties", "storageProfile", "osDisk")
    has_one = bool(part(disk, "managedDisk", "id") or part(disk, "vhd", "uri"))
    return has_one and not disk.get("diffDiskSettings") and state_of(machine) == "Succeeded"


def _needs_source(version: Json) -> bool:
    """Tell whether a version reads from its source: a shallow one always, others until they are made or have failed."""
    is_shallow = part(version, "properties", "publishingProfile").get("replicationMode") == "Shallow"
    return is_shallow or state_of(version) in {"Creating", "Updating", "Migrating"}


def _mentioned(kind: str, document: Json, source: str, block_on: frozenset[str]) -> Iterator[str]:
    """Tell of what only names the image, where a setting has that keep it."""
    key = next((key for key, known in _NAMED.items() if known == kind), "others" if kind not in _KNOWN_TYPES else "")
    if not key or kind.startswith(("microsoft.compute", "microsoft.authorization", "microsoft.resources")):
        return
    shown = {**part(document, "properties"), "distribute": []}  # what a template makes, it does not need
    if block_on & {key, "any"} and source in json.dumps(shown).lower():
        yield key


def deletes_of_images(scene: Scene) -> list[Write]:
    """Return the deletes of images by the app that Azure took up."""
    return [one for one in writes_of_app(scene) if one.method == "DELETE" and is_image(one.path) and one.is_accepted]


def writes_of_app(scene: Scene) -> list[Write]:
    return [one for one in scene.writes if one.by == "app"]


def made_by_app(scene: Scene, source_id: str = "") -> list[Write]:
    """Return the writes by which the app made something that was not there before, in a gallery or a gallery itself.

    With `source_id` those of versions made from it, and of what bears the tags of its migration.
    """
    made = [one for one in writes_of_app(scene) if one.method == "PUT" and one.is_accepted]
    made = [one for one in made if is_in_gallery(one.path) and one.path not in one.before]
    return [one for one in made if not source_id or is_about(one.body or {}, source_id)]


def is_about(body: Json, source_id: str) -> bool:
    """Tell whether something was made for an image: from it, or with the tag that names it."""
    subscription, group, name = (source_id.lower().split("/")[place] for place in (2, 4, -1))
    return is_made_from(body, source_id) or text(body, "tags", "migrated-from").lower() == (
        f"{subscription}/{group}/{name}"
    )


def others_wrote(scene: Scene, resource_id: str, since: datetime | None = None) -> bool:
    """Tell whether somebody else wrote to a resource, its tags, or what holds it."""
    key = resource_id.lower()
    return any(
        one.is_accepted
        and one.by == "others"
        and (since is None or one.at >= since)
        and (one.path == key or one.path.startswith(f"{key}/providers/") or _holds(one, key))
        for one in scene.writes
    )


def others_deleted(scene: Scene, resource_id: str) -> bool:
    """Tell whether somebody else deleted a resource, or what holds it."""
    key = resource_id.lower()
    gone = [one for one in scene.writes if one.by == "others" and one.method == "DELETE" and one.is_accepted]
    return any(one.path == key or _holds(one, key) for one in gone)


def _holds(write: Write, key: str) -> bool:
    return write.method == "DELETE" and key.startswith(f"{write.path}/")
