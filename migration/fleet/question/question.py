"""What is asked of a plan of many images: which ones, and what is wished for each; or the rows that say it all."""

from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from migration.asking.request import MigrationRequest
from migration.fleet.member import MOST_MEMBERS, FleetRow
from migration.fleet.question.families import MOST_FAMILIES, Family, definition_by
from migration.fleet.question.selector import ImageSelector
from migration.resources.image import ManagedImage
from migration.values.lengths import LONGEST_PERSON, at_most
from migration.values.problems import Problem, RequestInvalidError, half_characters, problems_in
from migration.values.tags import TagName, find_tag
from migration.values.value import Value

OWNER_TAG = "owner"
_OF_ONE = {"sourceImageId", "source_image_id", "version"}  # each image has its own
_ANY_IMAGE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.Compute/images/i"


class FleetQuestion(Value):
    """Which images, by `select`, or what is wished for each, by `rows`, which then say all there is to say.

    Of selected images, `families` tell which become versions of one definition, `defaults` are fields of a request that
    each gets, `owner_tag` is the tag that names their owners. So many are in a wave as `wave_size` says; all in one
    where it says nothing.
    """

    select: ImageSelector | None = None
    rows: Annotated[list[FleetRow], at_most(MOST_MEMBERS)] | None = None
    families: Annotated[list[Family], at_most(MOST_FAMILIES)] = []
    defaults: dict[str, Any] = {}
    wave_size: Annotated[int, Field(ge=1, le=MOST_MEMBERS)] | None = None
    owner_tag: TagName = OWNER_TAG

    @model_validator(mode="after")
    def _is_one_question(self) -> "FleetQuestion":
        if (self.select is None) == (self.rows is None):
            raise ValueError("say which images by select, or what is wished for each by rows: one of the two")
        beside = self.model_fields_set & {"families", "defaults", "wave_size", "owner_tag"}
        if self.rows is not None and beside:
            raise ValueError(f"rows say all there is to say: leave out {', '.join(sorted(beside))}")
        return self

    @classmethod
    def parse(cls, body: Any) -> "FleetQuestion":
        """Read the JSON body of a call; raises RequestInvalidError naming every bad field."""
        if halves := half_characters(body):
            raise RequestInvalidError(halves)
        problems = _wrong_defaults(body.get("defaults")) if isinstance(body, dict) else []
        try:
            question = cls.model_validate(body, extra="forbid")
        except ValidationError as error:
            raise RequestInvalidError([*problems_in(body, cls, error), *problems]) from error
        problems += _named_twice(question.rows or [])
        if problems:
            raise RequestInvalidError(problems)
        return question

    def row_of(self, image: ManagedImage) -> FleetRow:
        """Return what is wished for an image that was selected."""
        family = definition_by(self.families, image.name)
        named = {"imageDefinition": family} if family else {}
        request = MigrationRequest.model_validate({**self.defaults, **named, "sourceImageId": image.id})
        return FleetRow(request=request, owner=(find_tag(image.tags, self.owner_tag) or "")[:LONGEST_PERSON])


def _wrong_defaults(defaults: Any) -> list[Problem]:
    """Hold the defaults against the fields of a request; what is no object at all, the question refuses itself."""
    if not isinstance(defaults, dict):
        return []
    message = "it is another for each image"
    problems = [Problem(field=name, code="Invalid", message=message) for name in sorted(_OF_ONE & defaults.keys())]
    others = {name: value for name, value in defaults.items() if name not in _OF_ONE}
    try:
        MigrationRequest.parse({**others, "sourceImageId": _ANY_IMAGE})
    except RequestInvalidError as error:
        problems += error.problems
    return [problem.changed(field=f"defaults.{problem.field}") for problem in problems]


def _named_twice(rows: list[FleetRow]) -> list[Problem]:
    seen: dict[str, int] = {}
    found = [(number, seen.setdefault(row.request.source_image_id.lower(), number)) for number, row in enumerate(rows)]
    return [
        Problem(field=f"rows.{number}", code="Duplicate", message=f"its image is that of rows.{first}")
        for number, first in found
        if number != first
    ]
