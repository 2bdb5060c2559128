"""What is wrong with a request or a plan, one entry a finding, so that all of them reach the user at once."""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from migration.values.shortening import LONGEST_NAME, short
from migration.values.value import Stored

MOST_PROBLEMS = 100
_WORDS = {
    "missing": "It is needed.",
    "less_than_equal": "'{input}' is more than {le}",
    "greater_than_equal": "'{input}' is less than {ge}",
    "enum": "'{input}' is none of {expected}",
    "int_parsing": "'{input}' is no whole number",
    "bool_parsing": "'{input}' is neither true nor false",
    "time_delta_parsing": "it is no duration: write PT30M for thirty minutes, P2D for two days",
}


class Problem(Stored):
    """One thing that keeps a migration from starting.

    `field` is the request's camelCase field, or a dotted path into it; `code` is stable, `message` is for people. Both
    may quote what somebody sent, and are cut. `passes` tells that it goes away by itself, `absent` is the id of what
    was not found, which is to be proved.
    """

    field: Annotated[str, AfterValidator(partial(short, most=LONGEST_NAME))]
    code: str
    message: Annotated[str, AfterValidator(short)]
    passes: bool = Field(False, exclude_if=lambda passes: not passes)
    absent: str | None = Field(None, exclude_if=lambda absent: absent is None)

    @property
    def lasts(self) -> bool:
        """Tell whether only people can mend it: it neither passes, nor waits for a proof that something is gone."""
        return not (self.passes or self.absent)


class RequestInvalidError(ValueError):
    """A request that cannot be understood. `problems` names every bad field, and of a flood how many more there are."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        self.problems = found if len(found) <= MOST_PROBLEMS else (*found[: MOST_PROBLEMS - 1], _more(found))
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in self.problems))


def _more(found: Sequence[Problem]) -> Problem:
    return Problem(field="body", code="Invalid", message=f"{len(found) - MOST_PROBLEMS + 1:,} more problems were found")


def problems_of(
    error: ValidationError, *, names: Mapping[str, str] | None = None, quoted: Container[str] = ()
) -> list[Problem]:
    """Turn pydantic's findings into problems. `names` renames the leading field, e.g. to a tag option; of the fields
    that may be `quoted`, what was said is told, too.
    """
    return [_problem(detail, names or {}, quoted) for detail in error.errors(include_url=False)]


def unknown_fields(body: Any, model: type[BaseModel]) -> list[Problem]:
    """Return a problem for each field of an object that a model does not have, with those that it has.

    What nobody reads may be a misspelt word that changes what is done: left out, it would be the default.
    """
    fields = {field.alias or name: name for name, field in model.model_fields.items()}
    known = {*fields, *fields.values()}
    unknown = [name for name in body if name not in known] if isinstance(body, dict) else []
    allowed = f"known here: {', '.join(fields)}" if fields else "this call takes none"
    return [Problem(field=name, code="UnknownField", message=f"There is no such field; {allowed}.") for name in unknown]


def problems_in(body: Any, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """Return what is wrong with a body that was read as a model which forbids other fields, with those that it has."""
    unknown = unknown_fields(body, model)
    told = {problem.field for problem in unknown}
    return [*(problem for problem in problems_of(error) if problem.field not in told), *unknown]


def _problem(detail: Any, names: Mapping[str, str], quoted: Container[str]) -> Problem:
    location = [str(part) for part in detail["loc"]] or ["body"]
    message = _words(detail)
    if location[0] in quoted and f"'{detail['input']}'" not in message:
        message = f"'{short(str(detail['input']), LONGEST_NAME)}': {message}"
    location[0] = names.get(location[0], location[0])
    code = {"missing": "Missing", "extra_forbidden": "UnknownField"}.get(detail["type"], "Invalid")
    if code == "UnknownField":
        message = "There is no such field."
    return Problem(field=".".join(location), code=code, message=message)


def _words(detail: Any) -> str:
    """Say it to whoever wrote a tag or a setting, and has never seen the schema."""
    known = _WORDS.get(detail["type"])
    if known is None:
        return str(detail["msg"]).removeprefix("Value error, ")
    return known.format(input=short(str(detail["input"]), LONGEST_NAME), **detail.get("ctx", {}))


def half_characters(body: Any) -> list[Problem]:
    """Return the fields that hold half a surrogate pair: JSON can spell it, but it is no text and cannot be quoted."""
    fields = body.items() if isinstance(body, dict) else []
    message = "it holds half a surrogate pair, which is no text"
    return [Problem(field=name, code="Invalid", message=message) for name, value in fields if not _is_text(value)]


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True
