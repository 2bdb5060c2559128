"""Request bodies: typed where the service looks, everything else kept as sent. Wrong shapes become ARM errors."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from dev.emulator.vocabulary.errors import INVALID_PARAMETER, REQUIRED_PARAMETER_MISSING, ArmError
from dev.emulator.vocabulary.tag_rules import check_tags

_SET_BY_THE_SERVICE = frozenset({"id", "name", "type", "etag", "systemData", "hidden"})


class Body(BaseModel):
    """Base of every body and part of one. `json_form` is what the service stores and shows."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")

    def json_form(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class ResourceBody(Body):
    """Base of what a PUT sends for a whole resource."""

    tags: dict[str, str] | None = None

    def other_fields(self) -> dict[str, Any]:
        """Top-level fields kept as sent (identity, extendedLocation, …); what only the service sets is dropped."""
        sent = self.model_extra or {}
        return {name: value for name, value in sent.items() if name not in _SET_BY_THE_SERVICE}


class SubResource(Body):
    """A reference by id."""

    id: str


def one_of(*allowed: str) -> BeforeValidator:
    """An enumeration, accepted in any case and shown in the official one."""
    official = {value.lower(): value for value in allowed}

    def canonical(value: object) -> str:
        if isinstance(value, str) and value.lower() in official:
            return official[value.lower()]
        raise ValueError(f"'{value}' is not one of {', '.join(allowed)}")

    return BeforeValidator(canonical)


OsType = Annotated[str, one_of("Windows", "Linux")]
OsState = Annotated[str, one_of("Generalized", "Specialized")]
# Old clients send the number alone. The last validator named is the first to run.
HyperVGeneration = Annotated[
    str, one_of("V1", "V2"), BeforeValidator(lambda sent: f"V{sent}" if str(sent) in ("1", "2") else sent)
]
Caching = Annotated[str, one_of("None", "ReadOnly", "ReadWrite")]


def parse[B: Body](model: type[B], content: dict[str, Any], name: str) -> B:
    """`name` is how error targets call the body, e.g. "galleryImageVersion"."""
    try:
        parsed = model.model_validate(content)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        parameter = ".".join([name, *(str(part) for part in first["loc"])])
        if first["type"] == "missing":
            raise ArmError(REQUIRED_PARAMETER_MISSING, parameter=parameter) from invalid
        raise ArmError(INVALID_PARAMETER, parameter=parameter, reason=first["msg"]) from invalid
    check_tags(getattr(parsed, "tags", None) or {})
    return parsed
