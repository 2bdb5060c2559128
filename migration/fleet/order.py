"""What somebody sends to have a fleet migrated: its name, its terms, and a row for each image.

All that is wrong with it is named at once. Whether each image can be migrated is not judged here: its own plan says.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from migration.asking.request import visible
from migration.fleet.definitions import asks_for_number, definition_of
from migration.fleet.fleet import FleetTerms
from migration.fleet.member import MOST_MEMBERS, FleetRow, Member
from migration.values.image_version.number import VersionNumber
from migration.values.lengths import LONGEST_PERSON, at_most
from migration.values.problems import Problem, RequestInvalidError, problems_in
from migration.values.value import Value

Rows = Annotated[list[FleetRow], Field(min_length=1), at_most(MOST_MEMBERS)]
# It stands in front of numbers, on the page and in the messages by which people decide.
Name = Annotated[str, StringConstraints(strip_whitespace=True), at_most(LONGEST_PERSON), AfterValidator(visible)]


class FleetOrder(Value):
    """A fleet to be started. `rows` are those of a plan or a sheet, in the order in which their images are started."""

    name: Name = ""
    terms: Annotated[FleetTerms, Field(default_factory=FleetTerms)]
    rows: Rows

    @classmethod
    def parse(cls, body: Any) -> "FleetOrder":
        """Read the JSON body of a request; raises RequestInvalidError naming every bad field and row, from row 0 on."""
        try:
            order = cls.model_validate(body, extra="forbid")
        except ValidationError as error:
            raise RequestInvalidError([*problems_in(body, cls, error), *_twice_there(_understood(body))]) from error
        problems = [*_waves(order), *_nothing_to_do(order), *_twice_there(enumerate(order.rows))]
        if problems:
            raise RequestInvalidError(problems)
        return order

    @property
    def members(self) -> list[Member]:
        """Return the images as the fleet begins with them."""
        return [Member(**row.__dict__, number=number) for number, row in enumerate(self.rows, 1)]


def _waves(order: FleetOrder) -> Iterator[Problem]:
    """Say which starts of waves make no sense."""
    there = {row.wave for row in order.rows if not row.left_out}
    starts = order.terms.wave_starts
    begins = {start.wave: start.at for start in starts}
    for index, start in enumerate(starts):
        field = f"terms.waveStarts.{index}"
        if start.wave not in there:
            yield Problem(field=f"{field}.wave", code="Invalid", message=f"no row is in wave {start.wave}")
        if any(other.wave == start.wave for other in starts[:index]):
            yield Problem(field=f"{field}.wave", code="Duplicate", message=f"wave {start.wave} has a start already")
        if any(wave < start.wave and at > start.at for wave, at in begins.items()):
            message = f"wave {start.wave} would begin before an earlier one"
            yield Problem(field=f"{field}.at", code="Invalid", message=message)


def _understood(body: Any) -> Iterator[tuple[int, FleetRow]]:
    """Go through the rows that make sense by themselves, of a body that does not."""
    rows = body.get("rows") if isinstance(body, dict) else None
    for index, row in enumerate(rows[:MOST_MEMBERS] if isinstance(rows, list) else []):
        with suppress(ValidationError):
            yield index, FleetRow.model_validate(row)


def _nothing_to_do(order: FleetOrder) -> Iterator[Problem]:
    if all(row.left_out for row in order.rows):
        yield Problem(field="rows", code="Invalid", message="every row is left out: nothing would be migrated")


def _twice_there(rows: Iterable[tuple[int, FleetRow]]) -> Iterator[Problem]:
    """Say which rows are about the same image or the same version as one before."""
    taken = [(index, row) for index, row in rows if not row.left_out]
    for first, again in _twice(taken, lambda row: row.request.source_image_id.lower()):
        field, message = f"rows.{again}.request.sourceImageId", f"row {first} has this image already"
        yield Problem(field=field, code="Duplicate", message=message)
    for first, again in _twice(taken, _version_of):
        message = f"row {first} asks for this version of the image definition already"
        yield Problem(field=f"rows.{again}.request.version", code="Duplicate", message=message)


def _version_of(row: FleetRow) -> Hashable:
    """Return which version a row asks for; None where its number is drawn."""
    request = row.request
    if request.version is None or not asks_for_number(request):
        return None
    return definition_of(request), VersionNumber.parse(request.version)


def _twice(rows: Iterable[tuple[int, FleetRow]], key: Callable[[FleetRow], Hashable]) -> Iterator[tuple[int, int]]:
    """Return each row that has the key of one before, with the first of these."""
    first: dict[Hashable, int] = {}
    for index, row in rows:
        found = key(row)
        if found is not None and first.setdefault(found, index) != index:
            yield first[found], index
