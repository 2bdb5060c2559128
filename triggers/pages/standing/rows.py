"""One image in a list of many: where it is, how it stands, since when."""

from datetime import datetime
from typing import NamedTuple

from migration.telling.status import Status
from migration.values.ids import IMAGE_VERSION, MANAGED_IMAGE, ResourceId, ResourceIdInvalidError, is_instance_id
from records.index import Row
from triggers.pages.entrance import PATH
from triggers.pages.standing.state import Mark, State, ago, state_of

ORDER = tuple(Mark)


class Line(NamedTuple):
    """A line of a list. `href` is None for what has no page; `about` are small words beside the name, `said` when it
    last changed, in words.
    """

    id: str
    name: str
    place: str
    href: str | None
    state: State
    at: datetime | None = None
    said: str = ""
    about: str = ""


def line_of(row: Row, now: datetime) -> Line:
    """Return the line of a row of the list."""
    return migration_line(row.id, row.status, row.updated_at, now)


def migration_line(migration_id: str, status: Status, at: datetime, now: datetime, about: str = "") -> Line:
    """Return the line of a migration."""
    name, place = where(status.source_image_id)
    href = f"{PATH}/migrations/{migration_id}" if is_instance_id(migration_id) else None
    return Line(migration_id, name, place, href, state_of(migration_id, status, now), at, ago(at, now), about)


def where(source_image_id: str) -> tuple[str, str]:
    """Return the name of an image, and its group with as much of its subscription as tells two of them apart."""
    try:
        source = ResourceId.parse(source_image_id, MANAGED_IMAGE)
    except ResourceIdInvalidError:
        return source_image_id, ""
    return source.name, f"{source.resource_group}, {source.subscription[:8]}…{source.subscription[-4:]}"


def version_name(version_id: str) -> str:
    """Return `definition 1.0.0` for the id of an image version; whatever is none stays as it is."""
    try:
        *_, definition, version = ResourceId.parse(version_id, IMAGE_VERSION).names
    except ResourceIdInvalidError:
        return version_id
    return f"{definition} {version}"


def worst_first(lines: list[Line]) -> list[Line]:
    """Return lines by urgency: what waits for people by when it ends, everything else the latest change first."""
    return sorted(lines, key=_urgency)


def _urgency(line: Line) -> tuple[int, float]:
    mark, due, at = line.state.mark, line.state.due, line.at
    if mark in {Mark.ASKED, Mark.SOAKING} and due is not None:
        return ORDER.index(mark), due.at.timestamp()
    return ORDER.index(mark), -at.timestamp() if at else 0.0
