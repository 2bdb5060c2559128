"""Which events a subscription wants, in the words of an event subscription's `filter`, and as Azure applies it.

Text is compared without regard to case. Several values of one filter are alternatives, several filters all apply. A key
that an event does not have fails a filter, but passes its `Not` form.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

_NEGATION = "Not"
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringIn": lambda text, value: text == value,
    "StringContains": lambda text, value: value in text,
    "StringBeginsWith": lambda text, value: text.startswith(value),
    "StringEndsWith": lambda text, value: text.endswith(value),
}
Text = Annotated[str, Field(max_length=512)]


class _Wish(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class AdvancedFilter(_Wish):
    """`key` names an attribute of the event or, by dots, a field inside its data: "data.claims.appid"."""

    operator_type: Literal[
        "StringIn",
        "StringNotIn",
        "StringContains",
        "StringNotContains",
        "StringBeginsWith",
        "StringNotBeginsWith",
        "StringEndsWith",
        "StringNotEndsWith",
    ]
    key: str = Field(min_length=1)
    values: tuple[Text, ...] = Field(min_length=1, max_length=25)

    def passes(self, event: Mapping[str, Any]) -> bool:
        negated = self.operator_type.startswith(f"String{_NEGATION}")
        test = _TESTS[self.operator_type.replace(_NEGATION, "", 1)]
        text = _text_at(event, self.key)
        found = text is not None and any(test(text.lower(), value.lower()) for value in self.values)
        return found != negated


class EventFilter(_Wish):
    """Without any field it lets everything through."""

    included_event_types: tuple[str, ...] | None = None
    subject_begins_with: str = ""
    subject_ends_with: str = ""
    is_subject_case_sensitive: bool = False
    advanced_filters: tuple[AdvancedFilter, ...] = Field((), max_length=25)

    def passes(self, event: Mapping[str, Any]) -> bool:
        """`event` is in the schema of Event Grid, whatever it is delivered in."""
        types = self.included_event_types
        return (
            (types is None or event["eventType"] in types)
            and self._subject_passes(event["subject"])
            and all(one.passes(event) for one in self.advanced_filters)
        )

    def _subject_passes(self, subject: str) -> bool:
        begins, ends = self.subject_begins_with, self.subject_ends_with
        if not self.is_subject_case_sensitive:
            subject, begins, ends = subject.lower(), begins.lower(), ends.lower()
        return subject.startswith(begins) and subject.endswith(ends)


def _text_at(event: Mapping[str, Any], key: str) -> str | None:
    """Attributes are named in any case, fields of the data as they are written."""
    attribute, *fields = key.split(".")
    found: Any = {name.lower(): value for name, value in event.items()}.get(attribute.lower())
    for field in fields:
        found = found.get(field) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None
