"""Into which image definition a row of a fleet goes, as far as that can be told without asking Azure.

By it those rows are known whose versions must not be made at the same time. Whether it may go there, its plan says.
"""

from migration.asking.request import AUTO_VERSION, MigrationRequest
from migration.plan.destination.definitions import definition_name
from migration.values.ids import MANAGED_IMAGE, ResourceId


def definition_of(request: MigrationRequest, default_gallery: str | None = None) -> tuple[str, str]:
    """Return names of gallery and definition, in lower case: a gallery is one by its name, wherever it is.

    `default_gallery` is the one where a request names none. Of galleries of the same name more is kept apart than has
    to be, and nothing too little.
    """
    gallery = (request.gallery or default_gallery or "").rpartition("/")[2]
    return gallery.lower(), named_definition(request)


def named_definition(request: MigrationRequest) -> str:
    """Return the name of the definition that a request names, or that the name of its image gives, in lower case."""
    source = ResourceId.parse(request.source_image_id, MANAGED_IMAGE)
    return (request.image_definition or definition_name(source.name)).lower()


def asks_for_number(request: MigrationRequest) -> bool:
    """Tell whether a version number is asked for: any other is drawn when its migration is planned."""
    return request.version not in {None, AUTO_VERSION}
