"""Which kind of user a resource is that Resource Graph shows: by its type, and by where in it the image is named."""

from collections.abc import Iterable

from migration.users.kinds import IMAGE_TEMPLATES, KINDS, OTHERS, TEMPLATE_TARGETS, Kind

type Path = tuple[str, ...]  # names of properties, in lower case; of a list its own name only

_BY_TYPE = {one: kind for kind in KINDS for one in kind.types}
_TARGETS = "distribute"  # properties.distribute[].imageId, of a template's ManagedImage distributor


def kind_of_resource(resource_type: str, paths: Iterable[Path]) -> Kind:
    """Return what a resource of this type is that names an image at these paths of its properties.

    A template that only distributes to the image does not need it.
    """
    kind = _BY_TYPE.get(resource_type.lower(), OTHERS)
    if kind is IMAGE_TEMPLATES and (named := list(paths)) and all(path[:1] == (_TARGETS,) for path in named):
        return TEMPLATE_TARGETS
    return kind
