"""Which kind of user a resource is that Resource Graph shows: by its type, and by where in it the image is named."""

from collections.abc import Iterable

from migration.users.kinds import DISKS, IMAGE_TEMPLATES, KINDS, OTHERS, TEMPLATE_TARGETS, Kind

type Path = tuple[str, ...]  # names of properties, in lower case; of a list its own name only

_BY_TYPE = {one: kind for kind in KINDS for one in kind.types}
_ORIGIN = ("creationdata", "imagereference")  # of a disk: a user image, too (DiskRP, ImageDiskReference)
_TARGETS = ("distribute",)  # properties.distribute[].imageId, of a template's ManagedImage distributor


def kind_of_resource(resource_type: str, paths: Iterable[Path]) -> Kind:
    """Return what a resource of this type is that names an image at these paths of its properties.

    A template that only distributes to the image does not need it, nor a disk that only tells what it was made from.
    """
    kind = _BY_TYPE.get(resource_type.lower(), OTHERS)
    named_at = list(paths)
    if kind is IMAGE_TEMPLATES and _only_at(_TARGETS, named_at):
        return TEMPLATE_TARGETS
    return OTHERS if kind is DISKS and not _only_at(_ORIGIN, named_at) else kind


def _only_at(place: Path, named_at: list[Path]) -> bool:
    return bool(named_at) and all(path[: len(place)] == place for path in named_at)
