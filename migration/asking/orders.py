"""What people say with a decision, a cancel and a pause, beside what they decide. Not whether it counts."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StrictBool, ValidationError

from migration.values.ids import place
from migration.values.lengths import LONGEST_ID, LONGEST_TOKEN, LONGEST_WORDS, MOST_LISTED, at_most
from migration.values.problems import RequestInvalidError, problems_of, unknown_fields
from migration.values.value import Value

RunId = Annotated[str, Field(min_length=1), at_most(LONGEST_TOKEN)]
Reason = Annotated[str, at_most(LONGEST_WORDS)]
Places = Annotated[list[Annotated[str, at_most(LONGEST_ID), AfterValidator(place)]], at_most(MOST_LISTED)]


class Order(Value):
    """What a body says; one of which nothing is asked says nothing."""

    @classmethod
    def parse(cls, body: Any, *, part_of: type[Value] | None = None) -> Self:
        """Read a JSON body, of which no object says nothing; raises RequestInvalidError naming every bad field.

        `part_of` is the whole body of which this is only a part: its other fields are read by somebody else.
        """
        unknown = unknown_fields(body, part_of or cls)
        try:
            order = cls.model_validate(body if isinstance(body, dict) else {})
        except ValidationError as error:
            raise RequestInvalidError([*problems_of(error), *unknown]) from error
        if unknown:
            raise RequestInvalidError(unknown)
        return order


class RunOrder(Order):
    """For which run something is meant: left out, for the latest."""

    run: RunId | None = None


class CancelOrder(RunOrder):
    """A cancel, and why."""

    reason: Reason | None = None


class PlacesOrder(Order):
    """Where the app is to have its rights: ids of subscriptions or resource groups, of sources and of galleries.

    They are only looked at; what the app may do there, Azure says.
    """

    sources: Places = []
    galleries: Places = []


class PauseOrder(Order):
    """Whether starts are paused, and why."""

    paused: StrictBool
    reason: Reason = ""
